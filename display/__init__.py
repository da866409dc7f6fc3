"""Live screens: who is subscribed, what a board shows, what is spoken."""
