//! Whether output is coloured.

use std::io::{self, IsTerminal as _};

/// What the `--color` flag asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Colour {
    /// When standard output is a terminal that can show it, and nothing in the environment forbids it.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Whether what goes to standard output is coloured.
pub fn colours_stdout(asked: Colour) -> bool {
    colours(asked, io::stdout().is_terminal(), &|name| {
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    })
}

/// Whether what goes to standard error is coloured.
pub fn colours_stderr(asked: Colour) -> bool {
    colours(asked, io::stderr().is_terminal(), &|name| {
        std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
    })
}

/// The flag decides, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether a person can see it.
fn colours(asked: Colour, is_terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    match asked {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto if set("NO_COLOR").is_some() => false,
        Colour::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Colour::Auto => {
            is_terminal && set("TERM").as_deref() != Some("dumb") && set("CLICOLOR").as_deref() != Some("0")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_then_environment_then_terminal() {
        type Case<'a> = (Colour, bool, &'a [(&'a str, &'a str)], bool);
        let cases: &[Case<'_>] = &[
            (Colour::Auto, true, &[], true),
            (Colour::Auto, false, &[], false),
            (Colour::Always, false, &[("NO_COLOR", "1")], true),
            (Colour::Never, true, &[("CLICOLOR_FORCE", "1")], false),
            (Colour::Auto, true, &[("NO_COLOR", "1")], false),
            (Colour::Auto, true, &[("NO_COLOR", "")], true),
            (Colour::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (Colour::Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (Colour::Auto, true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
            (Colour::Auto, true, &[("TERM", "dumb")], false),
            (Colour::Auto, true, &[("CLICOLOR", "0")], false),
        ];
        for (asked, is_terminal, variables, expected) in cases {
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(
                colours(*asked, *is_terminal, &variable),
                *expected,
                "{asked:?} {variables:?}"
            );
        }
    }
}
