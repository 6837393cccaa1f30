//! HCL: Terraform, OpenTofu, Terragrunt, Packer, Nomad, Consul, Vault.
//!
//! A block is a map named by its type, with a map per label in it: `resource.aws_db_instance.main`. A value that is
//! one string, heredoc, number or reference is a scalar. Any other expression is a map or list that holds what the
//! expression can give: keys of objects and items of lists in calls and in the branches of conditionals stand right
//! at the name (`x = merge(local.base, { host = "h" })` gives `x.host`), lone strings are items of it. A string that
//! is only compared, asked in a condition, or used as an index is no value, and is left out.

mod reader;
mod tokens;

use super::{Format, names};

/// HCL.
pub const HCL: Format = Format {
    name: "hcl",
    summary: "Terraform, OpenTofu, Terragrunt, Packer, Nomad and other HCL: blocks, objects, lists, heredocs, strings in expressions",
    comments: &["#", "//", "/*"],
    claims,
    parse: reader::read,
};

const EXTENSIONS: &[&str] = &[".tf", ".tofu", ".tfvars", ".tfbackend", ".hcl", ".nomad"];

/// What is put behind the extension of a file that a tool fills in, or that a person is to copy.
const TEMPLATE_EXTENSIONS: &[&str] = &[
    ".tmpl",
    ".tpl",
    ".tftpl",
    ".j2",
    ".erb",
    ".gotmpl",
    ".template",
    ".example",
    ".sample",
    ".dist",
];

fn claims(path: &str, _head: &str) -> bool {
    let name = names::file_name(path);
    let name = TEMPLATE_EXTENSIONS
        .iter()
        .find_map(|extension| name.strip_suffix(extension))
        .unwrap_or(name);
    name != ".terraform.lock.hcl" && EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

#[cfg(test)]
mod tests;
