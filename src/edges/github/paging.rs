//! The `Link` header of a list's page.

use reqwest::header::{HeaderMap, LINK};

/// The address of the next page, as it stands there.
pub(super) fn next(headers: &HeaderMap) -> Option<String> {
    let values = headers
        .get_all(LINK)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    values.into_iter().find_map(next_of)
}

fn next_of(value: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let (address, after) = after.split_once('>')?;
        let parameters = after.find('<').and_then(|end| after.get(..end)).unwrap_or(after);
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            let relations = value.trim().trim_matches('"').split_ascii_whitespace();
            name.trim().eq_ignore_ascii_case("rel") && relations.into_iter().any(|one| one.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(address.to_owned());
        }
        rest = after;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found() {
        let cases = [
            (
                r#"<https://a.example.com/x?page=2>; rel="next", <https://a.example.com/x?page=9>; rel="last""#,
                Some("https://a.example.com/x?page=2"),
            ),
            (
                r#"<https://a/x?page=1>; rel="prev", <https://a/x?page=3>; rel="next""#,
                Some("https://a/x?page=3"),
            ),
            (r#"<https://a/x?a,b;c=1>; rel=next"#, Some("https://a/x?a,b;c=1")),
            (r#"</x>; title="y"; REL="last next""#, Some("/x")),
            (r#"<https://a/x?page=1>; rel="prev""#, None),
            (r#"<https://a/x?page=1"#, None),
            ("rel=next", None),
            ("", None),
        ];
        for (value, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.append(LINK, value.parse().unwrap());
            assert_eq!(next(&headers).as_deref(), expected, "{value}");
        }
        let mut headers = HeaderMap::new();
        headers.append(LINK, "<a>; rel=prev".parse().unwrap());
        headers.append(LINK, "<b>; rel=next".parse().unwrap());
        assert_eq!(next(&headers).as_deref(), Some("b"));
        assert_eq!(next(&HeaderMap::new()), None);
    }
}
