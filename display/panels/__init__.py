"""LED panels over windows: what they show, the frames that say it, and the line to them."""
