"""A connector between a cluster's CRM and the Partner Registry: it pushes a member list and keeps a copy."""


class CannotRun(Exception):
    """What keeps the connector from running at all: it says what is wrong, where, and what would be right."""
