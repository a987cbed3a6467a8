"""The tables that teams otherwise make by hand, made from the same facts as the rules."""
