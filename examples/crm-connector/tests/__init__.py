"""Tests of what the connector does by itself; tests/it/connector.rs runs it against a registry."""
