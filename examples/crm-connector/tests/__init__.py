"""Tests of what the connector does by itself; tests/it/connector runs it against a registry."""
