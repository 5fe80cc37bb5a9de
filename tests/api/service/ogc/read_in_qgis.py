"""Read every layer of a root through QGIS's own provider. Not a test: QGIS has its own Python.

QT_QPA_PLATFORM=offscreen /usr/bin/python3 read_in_qgis.py http://HOST/ogc parks=3,zones=5,...
"""

import os
import sys

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsFeatureRequest,
    QgsVectorLayer,
)


def main(root: str, counts: str) -> None:
    application = QgsApplication([], False)
    application.initQgis()
    for part in counts.split(","):
        name, count = part.split("=")
        found = layer(root, name)
        assert found.isValid(), f"{name}: QGIS does not open it"
        assert found.featureCount() == int(count), f"{name}: {found.featureCount()} counted"
        ids = {each["id"] for each in found.getFeatures()}
        assert len(ids) == int(count), f"{name}: {len(ids)} read"
        asked = QgsFeatureRequest().setFilterRect(found.extent())
        assert len(list(found.getFeatures(asked))) == int(count), f"{name}: not in its extent"
    ports = layer(root, "vertiports")
    ports.setSubsetString("pads = 4")
    assert sorted(each["id"] for each in ports.getFeatures()) == ["HK-V1", "SZ-V1"]
    assert not layer(root, "rivers").isValid(), "a layer that is not there opens"
    print("read", flush=True)
    os._exit(0)  # taking QGIS 3.22 down from Python crashes, now and then


def layer(root: str, name: str) -> QgsVectorLayer:
    uri = f"url='{root}' typename='{name}' pagingEnabled='true' pageSize='2'"
    return QgsVectorLayer(uri, name, "OAPIF")


if __name__ == "__main__":
    main(*sys.argv[1:])
