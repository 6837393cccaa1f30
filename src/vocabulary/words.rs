//! The built-in words: those of environments, the signs, and what looks like such a word and is none.

use super::borders::starts_ignoring_case;
use super::{Sign, Tier};

/// What makes production suspicious. Loopback names need no borders of words, the others do.
pub(super) const SIGNS: &[(Sign, &[&str])] = &[
    (
        Sign::Loopback,
        &[
            "localhost",
            "127.0.0.1",
            "0.0.0.0",
            "[::1]",
            "host.docker.internal",
            "(local)",
            "(localdb)",
        ],
    ),
    (
        Sign::Temporary,
        &[
            "tmp",
            "temp",
            "temporary",
            "restore",
            "restored",
            "recovered",
            "snapshot",
            "clone",
            "cloned",
            "old",
            "bak",
            "bkp",
            "backup",
            "dump",
            "scratch",
            "interim",
            "provisional",
            "cutover",
            "migration",
            "migrated",
            "copy",
        ],
    ),
    (
        Sign::Placeholder,
        &[
            "changeme",
            "change-me",
            "change_me",
            "replaceme",
            "replace-me",
            "replace_me",
            "todo",
            "fixme",
            "tbd",
            "placeholder",
            "example.com",
            "example.org",
            "xxx",
            "xxxx",
            "xxxxx",
        ],
    ),
];

/// An environment with its words, as a policy or the built-in table gives it.
pub(super) struct Family {
    pub(super) name: &'static str,
    pub(super) tier: Tier,
    pub(super) strong: &'static [&'static str],
    pub(super) weak: &'static [&'static str],
}

const fn family(name: &'static str, strong: &'static [&'static str], weak: &'static [&'static str]) -> Family {
    Family {
        name,
        tier: Tier::Nonproduction,
        strong,
        weak,
    }
}

/// The built-in environments. Production is the first: its id is 0.
pub(super) const FAMILIES: &[Family] = &[
    Family {
        name: "production",
        tier: Tier::Production,
        strong: &["production", "prod", "prd"],
        weak: &["live"],
    },
    family("staging", &["staging", "stage", "stg"], &["stag"]),
    family(
        "preprod",
        &["preprod", "preproduction", "preprd"],
        &["ppd", "pprd", "ppe", "pre"],
    ),
    family("acceptance", &[], &["acc", "acceptance", "acpt"]),
    family("homologation", &[], &["hml", "homolog", "homologation", "recette"]),
    family("uat", &["uat"], &[]),
    family("qa", &["qa"], &["qas", "qat"]),
    family("sit", &["sit"], &[]),
    family("test", &["tst"], &["test", "testing"]),
    family("dev", &["dev", "develop", "development"], &[]),
    family("sandbox", &["sandbox", "sbox", "sandpit"], &["sbx", "playground"]),
    family("nonprod", &["nonprod", "nonproduction", "nonprd", "nonlive"], &["npe"]),
    family("integration", &[], &["integration", "int"]),
    family("perf", &[], &["perf"]),
    family("demo", &[], &["demo"]),
    family("training", &[], &["training"]),
    family("preview", &["ephemeral"], &["preview", "review"]),
    family("local", &[], &["local"]),
];

/// `dev-tools`, `devops`, `test-kitchen`: names of the trade that hold a word and name no environment.
pub(super) fn is_of_trade(text: &str, start: usize, end: usize) -> bool {
    let word = text.get(start..end).unwrap_or("");
    let names: &[&str] = if word.eq_ignore_ascii_case("dev") {
        &[
            "tools",
            "tool",
            "ops",
            "portal",
            "kit",
            "docs",
            "center",
            "hub",
            "rel",
            "containers",
            "container",
            // The device that swallows everything.
            "null",
        ]
    } else if word.eq_ignore_ascii_case("test") {
        &["kitchen", "containers", "rail", "flight"]
    } else {
        return false;
    };
    let after = text.get(end..).unwrap_or("");
    let after = after.strip_prefix(['-', '_']).unwrap_or(after);
    names.iter().any(|name| {
        let rest = after.get(name.len()..).unwrap_or("");
        starts_ignoring_case(after, name) && !rest.starts_with(|next: char| next.is_ascii_alphanumeric())
    })
}

/// English words that start or end with an environment's word.
pub(super) const ENGLISH: &[&str] = &[
    "devic",
    "devel",
    "devol",
    "devot",
    "devi",
    "produc",
    "prodig",
    "backstage",
    "upstage",
    "onstage",
    "prestage",
    "multistage",
];
