"""A hall alive to look at: a real server, virtual printers, and robots as visitors and staff.

Robots use nothing but the public API, so people can join them at any time: take a ticket, or open
a window, from which its robot then keeps away.
"""
