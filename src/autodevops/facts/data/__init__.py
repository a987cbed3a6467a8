"""Tables that facts are read by, and other projects' data with their licences."""
