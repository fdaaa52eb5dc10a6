"""Hospitals, isolation sites, rooms, stays, needs, disinfection: what the four tracks work on."""

__all__: list[str] = []
