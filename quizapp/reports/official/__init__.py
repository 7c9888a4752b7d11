"""The official report in the layout of an official paper (公文)."""
