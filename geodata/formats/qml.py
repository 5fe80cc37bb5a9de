"""QGIS layer styles (QML): symbols, labels, and forms with drop-downs, ranges and constraints.

What QGIS 3.22 writes with `QgsMapLayer.saveNamedStyle` is the reference; only what differs from
its defaults is given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from geodata.formats.columns import Column

VERSION = "3.22"
Properties = Mapping[str, str]
_HARD = "1"
_NOT_NULL, _UNIQUE, _EXPRESSION = 1, 2, 4


@dataclass(frozen=True, slots=True)
class Stroke:
    """One drawn part of a symbol: its QGIS class, properties, and those that come from fields."""

    kind: str
    properties: Properties
    from_fields: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """How a layer is drawn: a symbol for each value of `attribute`, or one for all.

    `symbols` maps a value to the parts of its symbol, drawn from the first to the last; `shape`
    is `marker`, `line` or `fill`; `label` an expression, or nothing.
    """

    shape: str
    symbols: Mapping[str, Sequence[Stroke]]
    attribute: str = ""
    label: str = ""


def style_qml(look: Look | None, columns: Sequence[Column]) -> str:
    """Return the style of a layer, or of a table without shapes, as QML text."""
    labels = "1" if look and look.label else "0"
    root = ET.Element(
        "qgis", version=VERSION, styleCategories="AllStyleCategories", labelsEnabled=labels
    )
    if look is not None:
        root.append(_renderer(look))
        if look.label:
            root.append(_labelling(look.label))
    _add_form(root, columns)
    ET.SubElement(root, "previewExpression").text = '"id" || \' \' || "name"' if look else ""
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def _renderer(look: Look) -> ET.Element:
    kind = "categorizedSymbol" if look.attribute else "singleSymbol"
    renderer = ET.Element("renderer-v2", type=kind, attr=look.attribute)
    if look.attribute:
        categories = ET.SubElement(renderer, "categories")
        for number, value in enumerate(look.symbols):
            label = value.replace("_", " ") or "other"
            ET.SubElement(
                categories, "category", symbol=f"{number}", value=value, label=label, render="true"
            )
    symbols = ET.SubElement(renderer, "symbols")
    for number, strokes in enumerate(look.symbols.values()):
        symbol = ET.SubElement(symbols, "symbol", name=f"{number}", type=look.shape, alpha="1")
        for stroke in strokes:
            layer = ET.SubElement(symbol, "layer", {"class": stroke.kind, "enabled": "1"})
            layer.append(_option(None, stroke.properties))
            if stroke.from_fields:
                ET.SubElement(layer, "data_defined_properties").append(
                    _data_defined(stroke.from_fields)
                )
    return renderer


def _data_defined(from_fields: Properties) -> ET.Element:
    properties = {
        name: {"active": True, "expression": expression, "type": 3}
        for name, expression in from_fields.items()
    }
    return _option(None, {"name": "", "properties": properties, "type": "collection"})


def _labelling(expression: str) -> ET.Element:
    labelling = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labelling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName=expression,
        isExpression="1",
        fontFamily="Sans Serif",
        fontSize="8",
        fontSizeUnit="Point",
        textColor="40,40,40,255",
        textOpacity="1",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor="255,255,255,220",
    )
    ET.SubElement(settings, "placement", placement="6", dist="2", distUnits="MM")
    ET.SubElement(settings, "rendering", drawLabels="1", displayAll="1", obstacle="0")
    return labelling


def _add_form(root: ET.Element, columns: Sequence[Column]) -> None:
    widgets = ET.SubElement(root, "fieldConfiguration")
    hidden = ET.SubElement(widgets, "field", name="fid", configurationFlags="None")
    hidden.append(_widget("Hidden", {}))
    aliases = ET.SubElement(root, "aliases")
    defaults = ET.SubElement(root, "defaults")
    constraints = ET.SubElement(root, "constraints")
    expressions = ET.SubElement(root, "constraintExpressions")
    for column in columns:
        name = column.name
        shown = ET.SubElement(widgets, "field", name=name, configurationFlags="None")
        shown.append(_widget(*_widget_of(column)))
        ET.SubElement(aliases, "alias", field=name, name=column.alias)
        ET.SubElement(
            defaults, "default", field=name, expression=_default(column), applyOnUpdate="0"
        )
        rule, words = _rule(column)
        flags = (_NOT_NULL if column.required and not column.nullable else 0) | (
            _UNIQUE if name == "id" else 0
        )
        ET.SubElement(
            constraints,
            "constraint",
            field=name,
            constraints=f"{flags | (_EXPRESSION if rule else 0)}",
            notnull_strength=_HARD if flags & _NOT_NULL else "0",
            unique_strength=_HARD if flags & _UNIQUE else "0",
            exp_strength=_HARD if rule else "0",
        )
        ET.SubElement(expressions, "constraint", field=name, exp=rule, desc=words)


def _widget_of(column: Column) -> tuple[str, Mapping[str, object]]:
    """Return the QGIS form widget of a column, and its settings."""
    if column.kind == "text" and column.codes:
        return "ValueMap", {"map": [{code: code} for code in column.codes]}
    if column.kind == "boolean":
        return "CheckBox", {"TextDisplayMethod": 0}
    if column.kind in ("number", "integer"):
        decimals = 0 if column.kind == "integer" else 7 if "°" in column.alias else 3
        ends = {"Min": column.low, "Max": column.high}
        given = {name: end for name, end in ends.items() if end is not None}
        return "Range", {
            **given,
            "AllowNull": True,
            "Precision": decimals,
            "Step": 1,
            "Style": "SpinBox",
        }
    return "TextEdit", {"IsMultiline": column.name in ("note", "source"), "UseHtml": False}


def _rule(column: Column) -> tuple[str, str]:
    """Return the expression that a column's values must fulfil, and the same in words."""
    name = f'"{column.name}"'
    rules, words = [], []
    if column.pattern and column.kind == "text":
        pattern = column.pattern.replace("\\", "\\\\")
        rules.append(f"regexp_match({name}, '{pattern}')")
        words.append(column.pattern)
    if column.low is not None:
        sign = ">" if column.low_open else ">="
        rules.append(f"{name} {sign} {column.low:g}")
        words.append(f"{sign} {column.low:g}")
    if column.high is not None:
        rules.append(f"{name} <= {column.high:g}")
        words.append(f"<= {column.high:g}")
    if column.codes and column.kind == "list":
        codes = ", ".join(f"'{code}'" for code in column.codes)
        rules.append(f"array_all(array({codes}), {name})")
        words.append("a list of " + ", ".join(column.codes))
    rule = " AND ".join(rules)
    if rule and (column.nullable or not column.required):
        rule = f"{name} IS NULL OR ({rule})"
    return rule, ", ".join(words)


def _default(column: Column) -> str:
    """Return what a new feature gets, as a QGIS expression."""
    if column.default is None or column.kind == "list":
        return ""
    if column.kind == "text":
        return f"'{column.default}'"
    return f"{column.default}".lower()


def _widget(kind: str, settings: Mapping[str, object]) -> ET.Element:
    widget = ET.Element("editWidget", type=kind)
    ET.SubElement(widget, "config").append(_option(None, settings))
    return widget


def _option(name: str | None, value: object) -> ET.Element:
    """Return a value in the form that QGIS writes its settings in."""
    attributes = {} if name is None else {"name": name}
    if isinstance(value, Mapping):
        option = ET.Element("Option", attributes, type="Map")
        option.extend([_option(key, each) for key, each in value.items()])
        return option
    if isinstance(value, list):
        option = ET.Element("Option", attributes, type="List")
        option.extend([_option(None, each) for each in value])
        return option
    kind = {bool: "bool", int: "int", float: "double"}.get(type(value), "QString")
    text = f"{value}".lower() if isinstance(value, bool) else f"{value}"
    return ET.Element("Option", attributes, type=kind, value=text)
