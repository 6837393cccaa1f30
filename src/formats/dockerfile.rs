//! stub
use super::{Format, Parsed};
/// stub
pub const DOCKERFILE: Format = Format {
    name: "dockerfile",
    summary: "",
    comments: &[],
    claims: |_, _| false,
    parse: |_| Parsed::default(),
};
