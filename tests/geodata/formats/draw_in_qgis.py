"""Open a GeoPackage in QGIS, check its styles and forms, and draw docs/qgis.png. Not a test.

Wants QGIS's own Python, and nothing else of this project (Debian: `apt install python3-qgis`):

    QT_QPA_PLATFORM=offscreen /usr/bin/python3 tests/geodata/formats/draw_in_qgis.py NET.gpkg PNG

Each layer is loaded as QGIS loads it, with the style that the file holds; nothing is set here.
"""

import sys

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize  # type: ignore[import-not-found]
from qgis.PyQt.QtGui import QColor  # type: ignore[import-not-found]

LAYERS = (
    *("vertiports", "checkpoints", "waypoints", "obstacle_points", "spot_heights", "boundary"),
    *("corridors", "obstacle_lines", "obstacle_areas", "zones", "parks", "lanes", "network"),
)
"""From the top to the bottom of the map."""


def main(path: str, picture: str) -> None:
    application = QgsApplication([], False)
    application.initQgis()
    layers = []
    for name in LAYERS:
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        assert layer.isValid(), name
        _, styled = layer.loadDefaultStyle()
        assert styled, f"{name}: QGIS takes no style"
        layers.append(layer)
        describe(layer)
    draw([each for each in layers if each.isSpatial()], picture)
    application.exitQgis()


def describe(layer: QgsVectorLayer) -> None:
    """Print how each field is edited, and how many rows break its constraints."""
    print(f"{layer.name()}: {layer.featureCount()} rows, {type(layer.renderer()).__name__}")
    for index, field in enumerate(layer.fields()):
        setup = layer.editorWidgetSetup(index)
        print(
            f"    {field.name():16} {field.typeName():10} {layer.attributeAlias(index):24} "
            f"{setup.type():9} {setup.config()} {layer.constraintExpression(index)}"
        )
        broken = broken_rows(layer, index)
        if broken:
            print(f"    {field.name()} breaks its constraint: {broken}")


def broken_rows(layer: QgsVectorLayer, index: int) -> list[str]:
    from qgis.core import QgsVectorLayerUtils

    return [
        feature["id"]
        for feature in layer.getFeatures()
        if not QgsVectorLayerUtils.validateAttribute(layer, feature, index)[0]
    ]


def draw(layers: list[QgsVectorLayer], picture: str) -> None:
    project = QgsProject.instance()
    project.addMapLayers(layers)
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[0].crs())
    settings.setBackgroundColor(QColor("white"))
    settings.setOutputSize(QSize(1400, 1000))
    settings.setOutputDpi(110)
    settings.setExtent(QgsRectangle(114.034, 22.493, 114.094, 22.5376))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    assert not job.errors(), [(each.layerID, each.message) for each in job.errors()]
    job.renderedImage().save(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
