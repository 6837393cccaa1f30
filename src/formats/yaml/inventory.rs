//! Ansible's inventories: a host is a key there, and yet it is what its group points at.

use crate::formats::{ENTRY_CAP, Encoding, EntryId, Key, Parsed, Scalar, Value};
use crate::source::TextRange;

/// What an entry of an inventory is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Group,
    /// The groups below a group.
    Children,
    Hosts,
    Host,
    Other,
}

/// What was read, in an inventory with an item for each host before the host's own entry: as in an inventory in INI, a
/// host is an item of its group.
pub(super) fn with_hosts(text: &str, parsed: Parsed) -> Parsed {
    if memchr::memmem::find(text.as_bytes(), b"hosts:").is_none() {
        return parsed;
    }
    let Some(places) = places(text, &parsed) else {
        return parsed;
    };
    let hosts = places.iter().filter(|place| **place == Place::Host).count();
    if hosts == 0 || parsed.entries.len() + hosts > ENTRY_CAP {
        return parsed;
    }
    let mut entries = Vec::with_capacity(parsed.entries.len() + hosts);
    let mut moved: Vec<EntryId> = Vec::with_capacity(parsed.entries.len());
    let mut items: Vec<u32> = vec![0; parsed.entries.len()];
    for (entry, place) in parsed.entries.into_iter().zip(places) {
        let mut entry = entry;
        let group = entry.parent;
        let to_new = |old: EntryId| moved.get(old.0 as usize).copied().unwrap_or(old);
        entry.parent = group.map(to_new);
        if let Value::Alias(target) = &mut entry.value {
            *target = to_new(*target);
        }
        if let (Place::Host, Key::Name(range)) = (place, entry.key)
            && let Some(number) = group.and_then(|group| items.get_mut(group.0 as usize))
        {
            let mut item = entry.clone();
            item.key = Key::Item(*number);
            item.value = Value::Scalar(Scalar {
                range,
                encoding: Encoding::Plain,
            });
            *number += 1;
            entries.push(item);
        }
        moved.push(EntryId(TextRange::new(entries.len(), 0).start));
        entries.push(entry);
    }
    Parsed { entries, ..parsed }
}

/// What each entry is, where all that stands at the top are groups; nothing but `hosts`, `children` and `vars` stands in
/// one, which tells an inventory from any other file with hosts in it.
fn places(text: &str, parsed: &Parsed) -> Option<Vec<Place>> {
    let mut places: Vec<Place> = Vec::with_capacity(parsed.entries.len());
    for entry in &parsed.entries {
        let above = entry.parent.map(|parent| places.get(parent.0 as usize).copied());
        let name = match entry.key {
            Key::Name(range) => range.slice(text),
            _ => "",
        };
        let is_map = entry.value == Value::Map;
        let is_empty = matches!(entry.value, Value::Scalar(scalar) if scalar.range.is_empty());
        places.push(match above.map_or(Some(Place::Children), |above| above)? {
            Place::Children if !name.is_empty() && (is_map || is_empty) => Place::Group,
            Place::Children => return None,
            Place::Group => match name {
                "hosts" if is_map => Place::Hosts,
                "children" if is_map => Place::Children,
                "hosts" | "children" | "vars" => Place::Other,
                _ => return None,
            },
            Place::Hosts if !name.is_empty() => Place::Host,
            _ => Place::Other,
        });
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use crate::formats::{check, outline, yaml::YAML};

    fn read(text: &str) -> Vec<String> {
        let parsed = (YAML.parse)(text);
        check(text, &parsed).unwrap();
        outline(text, &parsed)
    }

    #[test]
    fn hosts_are_items_of_their_groups() {
        let text = "\
all:
  vars: {a: &x b}
  children:
    db:
      hosts:
        db1.example.com:
        \"db[2:4].example.com\": &h
          c: d
    web: {hosts: {web1: *h, web2: {}}, vars: {e: *x}}
    none:
";
        let expected = [
            "all.vars.a = b",
            "all.children.db.hosts[0] = db1.example.com",
            "all.children.db.hosts.db1.example.com = ",
            "all.children.db.hosts[1] = db[2:4].example.com",
            "all.children.db.hosts.db[2:4].example.com.c = d",
            "all.children.web.hosts[0] = web1",
            "all.children.web.hosts.web1 -> all.children.db.hosts.db[2:4].example.com",
            "all.children.web.hosts[1] = web2",
            "all.children.web.vars.e -> all.vars.a",
            "all.children.none = ",
        ];
        assert_eq!(read(text), expected);
    }

    #[test]
    fn other_files_with_hosts() {
        for (text, expected) in [
            // Values of a Helm chart.
            (
                "ingress:\n  enabled: true\n  hosts:\n    a.example.com: {b: c}\n",
                "ingress.hosts.a.example.com.b = c",
            ),
            // A play.
            ("- hosts: a\n  vars: {b: c}\n", "[0].hosts = a"),
            ("hosts:\n  a.example.com: {b: c}\n", "hosts.a.example.com.b = c"),
            ("a:\n  hosts: b\n", "a.hosts = b"),
            ("a:\n  hosts:\n  - b\n", "a.hosts[0] = b"),
        ] {
            let lines = read(text);
            assert!(lines.contains(&expected.to_owned()), "{text}\n{lines:?}");
            assert!(!lines.iter().any(|line| line.ends_with("= a.example.com")), "{text}");
        }
    }
}
