"""Other projects' engines, behind one interface."""
