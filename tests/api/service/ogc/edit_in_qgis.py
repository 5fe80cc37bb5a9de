"""Edit a layer of a draft through QGIS's own provider. Not a test: QGIS has its own Python.

QT_QPA_PLATFORM=offscreen /usr/bin/python3 edit_in_qgis.py http://HOST/ogc/drafts/NAME

Works on the obstacles of the small network that the tests serve, with QGIS 3.40 or later. Prints
`edited`, or what QGIS was told instead.
"""

import os
import sys

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsVectorDataProvider,
    QgsVectorLayer,
)

NEEDED = (
    QgsVectorDataProvider.AddFeatures
    | QgsVectorDataProvider.DeleteFeatures
    | QgsVectorDataProvider.ChangeAttributeValues
    | QgsVectorDataProvider.ChangeGeometries
)


def main(root: str) -> None:
    application = QgsApplication([], False)
    application.initQgis()
    add(root)
    change(root)
    refused(root)
    delete(root)
    print("edited", flush=True)
    os._exit(0)  # taking QGIS down from Python crashes, now and then


def add(root: str) -> None:
    """Add a building: QGIS learns its id from `Location` and finds it again."""
    layer = opened(root)
    building = QgsFeature(layer.fields())
    building.setGeometry(beside(next(layer.getFeatures()).geometry()))
    given = {"id": "HK-NEW", "name": "New block", "source": "site visit", "accuracy_m": "0.5"}
    given |= {"confidence": "surveyed", "kind": "building", "top_m": 30.0, "top_reference": "AGL"}
    for name, value in given.items():
        building[name] = value
    layer.startEditing()
    edit(layer, layer.addFeature(building))
    assert found(layer, "HK-NEW")["top_m"] == 30.0, "the layer does not show what it added"
    building = found(opened(root), "HK-NEW")
    assert building["name"] == "New block", "nobody else sees it"
    assert float(building["accuracy_m"]) == 0.5, "a number that QGIS takes for text is lost"


def change(root: str) -> None:
    """Move it and make it higher, in one go: nothing else of it changes."""
    layer = opened(root)
    building = found(layer, "HK-NEW")
    there = beside(building.geometry())
    top = layer.fields().indexFromName("top_m")
    layer.startEditing()
    moved = layer.changeGeometry(building.id(), there)
    edit(layer, moved and layer.changeAttributeValue(building.id(), top, 44.5))
    building = found(opened(root), "HK-NEW")
    assert (building["top_m"], building["kind"]) == (44.5, "building"), building.attributes()
    away = building.geometry().hausdorffDistance(there)
    assert away < 1e-9, f"it stands {away} degrees away"


def refused(root: str) -> None:
    """See the control fail: what cannot be is refused, QGIS says so, and nothing has changed."""
    layer = opened(root)
    building = found(layer, "HK-NEW")
    kind = layer.fields().indexFromName("kind")
    layer.startEditing()
    assert layer.changeAttributeValue(building.id(), kind, "crane")
    assert not layer.commitChanges(), "an unknown kind was taken"
    layer.rollBack()
    assert found(opened(root), "HK-NEW")["kind"] == "building"


def delete(root: str) -> None:
    layer = opened(root)
    count = layer.featureCount()
    layer.startEditing()
    edit(layer, layer.deleteFeature(found(layer, "HK-NEW").id()))
    again = opened(root)
    assert again.featureCount() == count - 1
    assert "HK-NEW" not in {each["id"] for each in again.getFeatures()}


def opened(root: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"url='{root}' typename='obstacles'", "obstacles", "OAPIF")
    assert layer.isValid(), "QGIS does not open it"
    offered = layer.dataProvider().capabilities()
    assert offered & NEEDED == NEEDED, f"offered is {layer.dataProvider().capabilitiesString()}"
    return layer


def beside(shape: QgsGeometry) -> QgsGeometry:
    """Return a shape some 50 m east of another."""
    there = QgsGeometry(shape)
    there.translate(0.0005, 0)
    return there


def found(layer: QgsVectorLayer, identifier: str) -> QgsFeature:
    asked = QgsFeatureRequest().setFilterExpression(f"\"id\" = '{identifier}'")
    return next(layer.getFeatures(asked))


def edit(layer: QgsVectorLayer, changed: bool) -> None:
    """Commit the edit that was made in a layer."""
    assert changed, "QGIS did not take the edit"
    assert layer.commitChanges(), "; ".join(layer.commitErrors())


if __name__ == "__main__":
    main(*sys.argv[1:])
