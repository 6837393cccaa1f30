//! Whether output is coloured.

use crate::cli::ColourChoice;
use crate::reporters::Style;
use std::io::{self, IsTerminal as _};

/// Whether what goes to standard output is coloured.
pub fn stdout_style(asked: ColourChoice) -> Style {
    style(asked, io::stdout().is_terminal())
}

/// Whether what goes to standard error is coloured.
pub fn stderr_style(asked: ColourChoice) -> Style {
    style(asked, io::stderr().is_terminal())
}

fn style(asked: ColourChoice, is_terminal: bool) -> Style {
    let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    if colours(asked, is_terminal, &variable) {
        Style::Coloured
    } else {
        Style::Plain
    }
}

/// The flag decides, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether a person can see it.
fn colours(asked: ColourChoice, is_terminal: bool, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let set = |name| variable(name).filter(|value| !value.is_empty());
    match asked {
        ColourChoice::Always => true,
        ColourChoice::Never => false,
        ColourChoice::Auto if set("NO_COLOR").is_some() => false,
        ColourChoice::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        ColourChoice::Auto => {
            is_terminal && set("TERM").as_deref() != Some("dumb") && set("CLICOLOR").as_deref() != Some("0")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flag_then_environment_then_terminal() {
        type Case<'a> = (ColourChoice, bool, &'a [(&'a str, &'a str)], bool);
        let cases: &[Case<'_>] = &[
            (ColourChoice::Auto, true, &[], true),
            (ColourChoice::Auto, false, &[], false),
            (ColourChoice::Always, false, &[("NO_COLOR", "1")], true),
            (ColourChoice::Never, true, &[("CLICOLOR_FORCE", "1")], false),
            (ColourChoice::Auto, true, &[("NO_COLOR", "1")], false),
            (ColourChoice::Auto, true, &[("NO_COLOR", "")], true),
            (ColourChoice::Auto, false, &[("CLICOLOR_FORCE", "1")], true),
            (ColourChoice::Auto, false, &[("CLICOLOR_FORCE", "0")], false),
            (
                ColourChoice::Auto,
                true,
                &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")],
                false,
            ),
            (ColourChoice::Auto, true, &[("TERM", "dumb")], false),
            (ColourChoice::Auto, true, &[("CLICOLOR", "0")], false),
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
