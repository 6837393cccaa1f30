//! Keys that stand twice in one map: parsers take one of them and say nothing.

use std::collections::HashMap;

/// How many keys are looked through one by one, which is what nearly every map has.
const FEW: usize = 16;

/// The keys of one map so far, with their places.
#[derive(Debug, Default)]
pub(super) struct Keys<'a> {
    few: Vec<(&'a str, u32)>,
    many: HashMap<&'a str, u32>,
}

impl<'a> Keys<'a> {
    /// Adds a key; where it stood before, says where.
    pub(super) fn add(&mut self, key: &'a str, at: u32) -> Option<u32> {
        if !self.many.is_empty() {
            return self.many.insert(key, at);
        }
        if self.few.is_empty() {
            self.few.reserve(8);
        }
        let before = self.few.iter().find(|(known, _)| *known == key).map(|(_, at)| *at);
        self.few.push((key, at));
        if self.few.len() > FEW {
            self.many.extend(self.few.drain(..));
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_stand_twice() {
        let names: Vec<String> = (0..40).map(|number| format!("k{number}")).collect();
        let mut keys = Keys::default();
        for (at, name) in (0..).zip(&names) {
            assert_eq!(keys.add(name, at), None, "{name}");
        }
        assert_eq!(keys.add("k3", 50), Some(3));
        assert_eq!(keys.add("k3", 60), Some(50));
        assert_eq!(Keys::default().add("", 0), None);
    }
}
