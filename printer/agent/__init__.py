"""The print agent: a printer on a kiosk PC, driven by a server that is elsewhere."""
