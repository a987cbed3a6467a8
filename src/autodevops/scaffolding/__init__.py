"""`scaffold`: makes a new repository that follows the guide in force.

Code, images and pipelines come from templates, one a file; the documents that the guide demands
are those that `fix` writes, from the same templates.
"""
