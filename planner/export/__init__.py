"""Plans as GeoJSON, CSV and KML."""
