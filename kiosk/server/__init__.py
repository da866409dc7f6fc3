"""The server that joins the rooms."""
