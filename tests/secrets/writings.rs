//! The ways of writing forms into files, one format after the other.

use super::*;

/// How a format writes a file of settings.
pub(crate) struct Writing {
    /// The file's name; `{}` becomes its number.
    pub(crate) name: &'static str,
    pub(crate) write: fn(&[Form]) -> String,
}

pub(crate) const WRITINGS: &[Writing] = &[
    Writing {
        name: "{}.yaml",
        write: yaml,
    },
    Writing {
        name: "single-{}.yaml",
        write: yaml_single,
    },
    Writing {
        name: "flow-{}.yaml",
        write: |forms| format!("{{{}}}\n", json_pairs(forms).join(", ")),
    },
    Writing {
        name: "block-{}.yaml",
        write: yaml_block,
    },
    Writing {
        name: "{}.json",
        write: |forms| format!("{{\n  {}\n}}\n", json_pairs(forms).join(",\n  ")),
    },
    Writing {
        name: "minified-{}.json",
        write: |forms| format!("{{{}}}\n", json_pairs(forms).join(",")),
    },
    Writing {
        name: "slashes-{}.json",
        write: |forms| format!("{{{}}}\n", json_pairs(forms).join(",").replace('/', "\\/")),
    },
    Writing {
        name: "{}.toml",
        write: |forms| lines(forms, |key, value| format!("{key} = {}", json(value))),
    },
    Writing {
        name: "{}.tfvars",
        write: |forms| {
            lines(forms, |key, value| {
                format!("{key} = {}", json(value).replace("${", "$${").replace("%{", "%%{"))
            })
        },
    },
    Writing {
        name: "double-{}.env",
        write: |forms| lines(forms, |key, value| format!("{}={}", key.to_uppercase(), json(value))),
    },
    Writing {
        name: "single-{}.env",
        write: |forms| lines(forms, |key, value| format!("{}='{value}'", key.to_uppercase())),
    },
    Writing {
        name: "{}.env",
        write: |forms| lines(forms, |key, value| format!("{}={value}", key.to_uppercase())),
    },
    Writing {
        name: "{}.properties",
        write: |forms| {
            lines(forms, |key, value| {
                format!(
                    "{}={}",
                    key.replace('_', "."),
                    value.replace('\\', "\\\\").replace('\n', "\\n")
                )
            })
        },
    },
    Writing {
        name: "{}.ini",
        write: |forms| format!("[main]\n{}", lines(forms, |key, value| format!("{key} = {value}"))),
    },
    Writing {
        name: "{}.config",
        write: xml,
    },
    Writing {
        name: "{}.sh",
        write: |forms| {
            format!(
                "#!/bin/sh\n{}",
                lines(forms, |key, value| format!(
                    "export {}='{}'",
                    key.to_uppercase(),
                    value.replace('\'', "'\\''")
                ))
            )
        },
    },
    Writing {
        name: "options-{}.sh",
        write: |forms| {
            format!(
                "#!/bin/sh\n./start {}\n",
                forms
                    .iter()
                    .map(|form| format!(
                        "--{}='{}'",
                        form.key.replace('_', "-"),
                        form.value.replace('\'', "'\\''")
                    ))
                    .collect::<Vec<_>>()
                    .join(" ")
            )
        },
    },
    Writing {
        name: "Dockerfile.production-{}",
        write: |forms| {
            format!(
                "FROM shop/base:1\n{}",
                lines(forms, |key, value| format!(
                    "ENV {}={}",
                    key.to_uppercase(),
                    json(value)
                ))
            )
        },
    },
    Writing {
        name: "settings-{}.py",
        write: |forms| lines(forms, |key, value| format!("{} = {}", key.to_uppercase(), json(value))),
    },
    Writing {
        name: "config-{}.php",
        write: |forms| {
            format!(
                "<?php\nreturn [\n{}];\n",
                lines(forms, |key, value| format!(
                    "  '{key}' => '{}',",
                    value.replace('\\', "\\\\").replace('\'', "\\'")
                ))
            )
        },
    },
    Writing {
        name: "compose-{}.yaml",
        write: |forms| {
            format!(
                "services:\n  orders:\n    environment:\n{}",
                lines(forms, |key, value| format!(
                    "      - {}",
                    json(&format!("{}={value}", key.to_uppercase()))
                ))
            )
        },
    },
    Writing {
        name: "configmap-{}.yaml",
        write: |forms| {
            format!(
                "kind: ConfigMap\ndata:\n  app.json: {}\n",
                json(&format!("{{{}}}", json_pairs(forms).join(",")))
            )
        },
    },
    Writing {
        name: "secret-{}.yaml",
        write: secret_manifest,
    },
    Writing {
        name: "broken-{}.json",
        write: |forms| format!("{{{}, \"open\": [\n", json_pairs(forms).join(",}")),
    },
    Writing {
        name: "broken-{}.yaml",
        write: |forms| format!("{}\t- [ {}: :\n", yaml(forms), forms[0].value),
    },
    Writing {
        name: "broken-{}.toml",
        write: |forms| lines(forms, |key, value| format!("{key} = {value}")),
    },
    Writing {
        name: "broken-{}.config",
        write: |forms| lines(forms, |key, value| format!("<{key} a=\"{value}\"><{value}>")),
    },
    // Quotes are escaped: what stands outside of them is a name there, and names are shown.
    Writing {
        name: "broken-{}.tfvars",
        write: |forms| lines(forms, |key, value| format!("{key} = {} }} ) [", json(value))),
    },
];

pub(crate) fn json(value: &str) -> String {
    serde_json::to_string(value).unwrap()
}

pub(crate) fn json_pairs(forms: &[Form]) -> Vec<String> {
    forms
        .iter()
        .map(|form| format!("{}: {}", json(form.key), json(&form.value)))
        .collect()
}

pub(crate) fn lines(forms: &[Form], line: impl Fn(&str, &str) -> String) -> String {
    forms.iter().map(|form| line(form.key, &form.value) + "\n").collect()
}

pub(crate) fn yaml(forms: &[Form]) -> String {
    lines(forms, |key, value| format!("{key}: {}", json(value)))
}

pub(crate) fn yaml_single(forms: &[Form]) -> String {
    lines(forms, |key, value| {
        format!("{key}: '{}'", value.replace('\'', "''").replace('\n', "\n\n  "))
    })
}

pub(crate) fn yaml_block(forms: &[Form]) -> String {
    lines(forms, |key, value| {
        format!("{key}: |-\n  {}", value.replace('\n', "\n  "))
    })
}

pub(crate) fn xml(forms: &[Form]) -> String {
    let escaped = |value: &str| value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let settings = lines(forms, |key, value| {
        format!("  <add key=\"{key}\" value=\"{}\" />", escaped(value))
    });
    format!("<configuration><appSettings>\n{settings}</appSettings></configuration>\n")
}

pub(crate) fn secret_manifest(forms: &[Form]) -> String {
    let encoded = |value: &str| base64::prelude::BASE64_STANDARD.encode(value);
    let data = lines(forms, |key, value| {
        format!("  {}: {}", key.to_uppercase(), encoded(value))
    });
    format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: orders\ndata:\n{data}")
}
