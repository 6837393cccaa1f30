//! What a change to the policy would do once it is merged: it never does anything before.

use crate::patterns::Pattern;
use crate::policy::{Policy, PolicyAcknowledgement};
use std::collections::BTreeSet;

/// What differs, a sentence each; none where nothing does.
pub fn preview(before: &Policy, after: &Policy) -> Vec<String> {
    let mut said = Vec::new();
    let known: BTreeSet<_> = before.acknowledgements.iter().map(identity).collect();
    let wanted: BTreeSet<_> = after.acknowledgements.iter().map(identity).collect();
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let (added, removed) = (wanted.difference(&known).count(), known.difference(&wanted).count());
    if added > 0 {
        said.push(format!(
            "adds {}, in force after the merge",
            count(added, "acknowledgement")
        ));
    }
    if removed > 0 {
        said.push(format!(
            "removes {} from the policy after the merge",
            count(removed, "acknowledgement")
        ));
    }
    let patterns = |policy: &Policy| -> BTreeSet<String> {
        policy.exclude.iter().map(|pattern| pattern.text().to_owned()).collect()
    };
    let excluded = patterns(after).difference(&patterns(before)).count();
    if excluded > 0 {
        said.push(format!(
            "takes more files out after the merge: {} more under `exclude`",
            count(excluded, "pattern")
        ));
    }
    let levels: BTreeSet<&String> = before.levels.keys().chain(after.levels.keys()).collect();
    for rule in levels
        .into_iter()
        .filter(|rule| before.level(rule) != after.level(rule))
    {
        let level = match after.level(rule) {
            None => "its own level again".to_owned(),
            Some(None) => "off".to_owned(),
            Some(Some(level)) => format!("{level:?}").to_lowercase(),
        };
        said.push(format!("sets the rule {rule} to {level} after the merge"));
    }
    if environments(before) != environments(after) || words(before) != words(after) {
        said.push("changes what belongs to which environment after the merge".to_owned());
    }
    if before.minimum_settings != after.minimum_settings {
        said.push("changes how many settings have to be judged after the merge".to_owned());
    }
    said
}

/// All that makes an acknowledgement another one.
fn identity(one: &PolicyAcknowledgement) -> impl Ord + use<'_> {
    let path = one.path.as_ref().map(|path| path.text().to_owned());
    let until = one.until.map(|until| until.to_string());
    (
        &one.rule,
        &one.environment,
        path,
        &one.setting,
        &one.value,
        until,
        &one.reason,
    )
}

/// What the policy says of its environments, in words that compare.
fn environments(policy: &Policy) -> Vec<String> {
    let said = policy.environments.iter().map(|environment| {
        let aliases: Vec<&str> = environment.aliases.iter().map(|alias| alias.text.as_str()).collect();
        let datastores = environment.datastores.as_ref().map(|list| {
            let texts = list.iter().map(|one| {
                let database = one.database.as_ref().map(Pattern::text);
                (one.host.text(), database)
            });
            texts.collect::<Vec<_>>()
        });
        format!(
            "{} {:?} {aliases:?} {} {datastores:?}",
            environment.name, environment.tier, environment.exclusive
        )
    });
    let patterns = policy
        .patterns()
        .into_iter()
        .filter(|(section, _)| section != "exclude");
    let patterns = patterns.map(|(section, pattern)| format!("{section} {}", pattern.text()));
    let mut all: Vec<String> = said.chain(patterns).collect();
    all.sort();
    all
}

fn words(policy: &Policy) -> BTreeSet<&str> {
    policy.ignored_words.iter().map(|word| word.text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{policy, rules};

    const POLICY: &str = "\
version: 1
environments:
  production:
    paths: [deploy/prod/**]
rules:
  local-datastore: error
exclude: [legacy/**]
acknowledge:
  - rule: local-datastore
    environment: production
    setting: database.host
    value: 0123456789abcdef
    reason: a proxy on the same machine
";

    fn read(text: &str) -> Policy {
        policy::read("envfence.yml", text, &rules::ids()).unwrap()
    }

    #[test]
    fn what_a_change_would_do() {
        for (from, to, expected) in [
            ("", "", None),
            (
                "    reason: a proxy on the same machine\n",
                "    reason: another\n",
                Some("adds 1 acknowledgement, in force"),
            ),
            (
                "local-datastore: error",
                "local-datastore: off",
                Some("sets the rule local-datastore to off"),
            ),
            (
                "rules:\n  local-datastore: error\n",
                "",
                Some("local-datastore to its own level again"),
            ),
            (
                "[legacy/**]",
                "[legacy/**, deploy/**, x]",
                Some("takes more files out after the merge: 2 patterns more under `exclude`"),
            ),
            (
                "deploy/prod/**",
                "deploy/live/**",
                Some("changes what belongs to which environment"),
            ),
            (
                "    paths:",
                "    datastores: [a/b]\n    paths:",
                Some("changes what belongs to which environment"),
            ),
            (
                "    paths:",
                "    aliases: [live]\n    paths:",
                Some("changes what belongs to which environment"),
            ),
        ] {
            let changed = POLICY.replacen(from, to, 1);
            let said = preview(&read(POLICY), &read(&changed));
            match expected {
                Some(expected) => assert!(said.iter().any(|said| said.contains(expected)), "{to}: {said:?}"),
                None => assert!(said.is_empty(), "{said:?}"),
            }
        }
        let said = preview(&read(POLICY), &Policy::default());
        assert!(
            said.iter().any(|said| said.contains("removes 1 acknowledgement")),
            "{said:?}"
        );
    }
}
