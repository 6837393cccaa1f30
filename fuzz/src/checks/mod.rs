//! What must hold of any input: no panic, every place lies in the text on character boundaries and slices back to what it
//! claims, twice the same, and credentials never come out.

mod formats;
mod pipeline;
mod places;
mod texts;
mod values;

/// A part of envfence that is fed with any bytes.
pub struct Target {
    /// Its name: of the fuzz target, and of its folder in `fuzz/seeds`.
    pub name: &'static str,
    check: fn(&str, &[u8]),
}

impl Target {
    /// Runs its checks on one input.
    ///
    /// # Panics
    /// When a check fails.
    pub fn run(&self, data: &[u8]) {
        (self.check)(self.name, data);
    }
}

const fn target(name: &'static str, check: fn(&str, &[u8])) -> Target {
    Target { name, check }
}

/// Every target. Each format is one, by its own name.
pub const TARGETS: &[Target] = &[
    target("dockerfile", formats::format),
    target("dotenv", formats::format),
    target("json", formats::format),
    target("toml", formats::format),
    target("hcl", formats::format),
    target("ocl", formats::format),
    target("makefile", formats::format),
    target("xml", formats::format),
    target("properties", formats::format),
    target("ini", formats::format),
    target("code", formats::format),
    target("shell", formats::format),
    target("yaml", formats::format),
    target("embedded", formats::embedded),
    target("template", formats::template),
    target("references", values::references),
    target("expressions", values::expressions),
    target("credentials", values::credentials),
    target("policy", texts::policy),
    target("patterns", texts::patterns),
    target("acknowledgements", texts::acknowledgements),
    target("vocabulary", texts::vocabulary),
    target("discover", texts::discover),
    target("pipeline", pipeline::pipeline),
];

/// The input as text; what is no UTF-8 becomes the replacement character.
fn text_of(data: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(data)
}

/// The first line, which says how the rest is to be taken, and the rest.
fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or(("", text))
}
