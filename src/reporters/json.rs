//! The report for programs: the contract `envfence/report/v1`.

use super::{Options, Reporter, visible};
use crate::report::Report;

/// Shows a report as JSON.
pub const REPORTER: Reporter = Reporter {
    name: "json",
    summary: "the whole report for programs, schema envfence/report/v1",
    doc: "Holds `findings`, `suppressed`, `problems`, `coverage`, `map`, `verdict` and `exit_code`. Lines and columns are \
1-based, columns count characters. `map` tells which environment points where: one `environment`, its `tier`, the \
`target` (host and database, or a resource's name), the `kind` of thing, the environment that the target `names` where \
a finding says so, and whether that is `wrong`. New keys may come in any version; a key that goes or changes makes a \
new schema.",
    render,
};

/// The report, indented, with a line end.
pub fn render(report: &Report, _: &Options) -> String {
    // Every key of a report is a string, so nothing here can fail.
    let text = serde_json::to_string_pretty(report).unwrap_or_default();
    let mut shown = escaped(&text);
    shown.push('\n');
    shown
}

/// JSON that means the same and is safe to print. Outside of its strings JSON has none of these characters.
pub(super) fn escaped(json: &str) -> String {
    let hides = |character: char| character != '\n' && visible::is_hidden(character);
    if !json.contains(hides) && !json.contains("##") {
        return json.to_owned();
    }
    let mut shown = String::with_capacity(json.len() + 64);
    for (at, character) in json.char_indices() {
        let rest = json.get(at..).unwrap_or("");
        if hides(character) || (character == '#' && visible::starts_command(rest)) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Level;
    use crate::reporters::sample;
    use serde_json::{Value, json};

    #[test]
    fn the_contract() {
        let shown = render(&sample::report(), &Options::default());
        assert!(shown.starts_with("{\n  \"schema\": \"envfence/report/v1\",\n"));
        let value: Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(value["verdict"], "violated");
        assert_eq!(value["exit_code"], 1);
        let finding = json!({
            "rule": "other-environments-datastore",
            "level": "error",
            "confidence": "high",
            "path": "deploy/production/values.yaml",
            "line": 12,
            "column": 24,
            "end_line": 12,
            "end_column": 46,
            "environment": "production",
            "key": "database.url",
            "message": "production points at the database host of staging",
            "help": "put production's own host here",
            "related": [
                { "path": "deploy/staging/values.yaml", "line": 9, "message": "staging has the same value" }
            ],
            "fingerprint": "0123456789abcdef",
            "value_hash": "fedcba9876543210",
        });
        assert_eq!(value["findings"][0], finding);
        assert_eq!(value["suppressed"][0]["rule"], "other-environments-datastore");
        assert_eq!(value["suppressed"][0]["until"], "2031-01-31");
        assert_eq!(value["problems"][1]["level"], "error");
        assert_eq!(value["coverage"]["environments"][1]["settings"], 1200);
        assert_eq!(value["coverage"]["skipped"][0]["paths"], json!(["a.enc"]));
    }

    #[test]
    fn escapes_mean_the_same() {
        let text = "\u{9b}##[group]\u{202e}\u{e0001}\u{7f}\"\\\u{1b}ž ## #";
        let mut report = sample::report();
        report.findings = vec![sample::finding(Level::Note)];
        report.findings[0].message = text.into();
        let value: Value = serde_json::from_str(&render(&report, &Options::default())).unwrap();
        assert_eq!(value["findings"][0]["message"], text);
    }
}
