//! x
use super::*;
/// x
pub const CODE: Format = Format {
    name: "code",
    summary: "",
    comments: &[],
    claims: |_, _| false,
    parse: |_| Parsed::default(),
};
