"""New repositories: what is asked, what is made, and that audits find nothing in it."""
