"""HCL as blocks and attributes with lines."""

from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._hcl import HclFile, read_hcl

TEXT = """\
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
  backend "s3" {}
}
resource "aws_db_instance" "main" {
  password = "plain"
  name     = "x-${var.name}"
  tags = {
    Owner = "é"
    "odd key" = 1
  }
  text = <<EOT
backend "s3" {}
EOT
}
"""


def read(text: str) -> HclFile:
    found = read_hcl(text)
    assert found is not None
    return found


def test_blocks_and_labels() -> None:
    terraform, resource = read(TEXT).blocks
    assert [block.kind for block in terraform.blocks] == ["required_providers", "backend"]
    assert terraform.blocks[1].labels == ("s3",)
    assert resource.labels == ("aws_db_instance", "main")
    assert resource.line == 7
    assert not resource.blocks


def test_only_plain_strings_are_literals() -> None:
    resource = read(TEXT).blocks[1]
    literals = {one.name: (one.literal, one.line) for one in resource.attributes}
    assert literals["password"] == ("plain", 8)
    assert literals["name"] == (None, 9)
    assert literals["tags.Owner"] == ("é", 11)
    assert literals["tags.odd key"] == (None, 12)
    assert literals["text"][0] is None


def test_objects_are_flattened() -> None:
    required = read(TEXT).blocks[0].blocks[0]
    versions = {one.name: one.literal for one in required.attributes}
    assert versions["aws.version"] == "~> 5.0"


def test_variables_files() -> None:
    found = read('a = "1"\nb = ["x"]\n')
    assert [(one.name, one.literal) for one in found.attributes] == [("a", "1"), ("b", None)]


def test_what_is_not_hcl_names_its_line() -> None:
    assert read('a = "1"\n').problem_line is None
    assert read('variable "a" {}\nresource "x" {{{\n').problem_line is not None


@given(st.text(alphabet='ab{}"=$<E\n[]., ', max_size=200))
def test_any_text_ends_as_a_value(text: str) -> None:
    read_hcl(text)
