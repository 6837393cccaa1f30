//! OCL, in which Octopus Deploy keeps its variables: HCL's grammar, where the label of a `value` block is a value.

use super::{Entry, EntryId, Format, Key, Parsed, Scalar, Value, encoding::Encoding, hcl, names};

/// OCL.
pub const OCL: Format = Format {
    name: "ocl",
    summary: "Octopus Deploy's OCL (`*.ocl`): variables with a value per environment, steps and their properties",
    comments: &["#", "//", "/*"],
    claims: |path, _| names::has_extension(path, &[".ocl"]),
    parse,
};

fn parse(text: &str) -> Parsed {
    let read = (hcl::HCL.parse)(text);
    let mut parsed = Parsed {
        problems: read.problems,
        ..Parsed::default()
    };
    let mut moved: Vec<EntryId> = Vec::with_capacity(read.entries.len());
    for (index, entry) in read.entries.iter().enumerate() {
        let parent = entry.parent.and_then(|parent| moved.get(parent.0 as usize).copied());
        let label = label_of(text, &read.entries, index);
        if let (Some(label), Some(parent)) = (label, parent) {
            if let Some(holder) = parsed.entries.get_mut(parent.0 as usize) {
                holder.value = Value::List;
            }
            let item = parsed.map(Some(parent), Key::Item(0));
            parsed.add(Some(item), label.key, label.value);
            moved.push(item);
        } else {
            moved.push(parsed.add(parent, entry.key, entry.value));
        }
    }
    parsed
}

/// For the label of a `value` block of a variable, the setting that it is.
fn label_of(text: &str, entries: &[Entry], index: usize) -> Option<Entry> {
    let entry = entries.get(index)?;
    let (Key::Name(range), Value::Map) = (entry.key, entry.value) else {
        return None;
    };
    let above = |id: Option<EntryId>| entries.get(id?.0 as usize);
    let block = above(entry.parent)?;
    let variable = above(above(block.parent)?.parent)?;
    let is = |entry: &Entry, name: &str| matches!(entry.key, Key::Name(range) if range.slice(text) == name);
    let encoding = if range.slice(text).contains('\\') {
        Encoding::Backslash
    } else {
        Encoding::Plain
    };
    (is(block, "value") && is(variable, "variable")).then_some(Entry {
        parent: entry.parent,
        key: block.key,
        value: Value::Scalar(Scalar { range, encoding }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{check, outline};

    #[test]
    fn values_of_variables() {
        let cases: &[(&str, &[&str])] = &[
            (
                "variable \"Db\" {\n  value \"Server=a\\\\b\" {\n    environment = [\"production\"]\n  }\n\n  value \"c\" {\n  }\n}\n",
                &[
                    "variable.Db.value[0].value = Server=a\\b",
                    "variable.Db.value[0].environment[0] = production",
                    "variable.Db.value[0].value = c",
                ],
            ),
            (
                "step \"a\" {\n  name = \"b\"\n  value \"c\" {\n    d = \"e\"\n  }\n}",
                &["step.a.name = b", "step.a.value.c.d = e"],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(outline(text, &parse(text)), *expected, "{text}");
        }
    }

    #[test]
    fn any_text_is_read() {
        for unit in ["variable \"a\" { value \"b\" {", "value \"\" {", "}", "\"", "\0é{"] {
            for text in [unit.to_owned(), unit.repeat(10_000)] {
                check(&text, &parse(&text)).unwrap();
            }
        }
    }
}
