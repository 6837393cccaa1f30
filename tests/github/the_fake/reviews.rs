//! Reviews: which lines take comments, and what becomes of these.

use super::client::{get, patch, post};
use super::shop;
use serde_json::{Value, json};

const FILE: &str = "deploy/production.env";

fn comment(path: &str, line: u64, side: &str) -> Value {
    json!({ "path": path, "line": line, "side": side, "body": "Wrong" })
}

#[test]
fn only_lines_of_the_difference_take_comments() {
    let (repository, fake, number) = shop();
    let lines: String = (1..=40).map(|line| format!("KEY_{line}=1\n")).collect();
    repository.write("long.env", &lines).commit("Long");
    repository.switch("main").git(&["merge", "--quiet", "change"]);
    repository
        .switch("change")
        .write("long.env", lines.replace("KEY_20=1", "KEY_20=2"))
        .commit("Change");
    repository.rename("deploy/old.env", "deploy/moved.env").commit("Move");
    let path = format!("/pulls/{number}/reviews");
    let cases = [
        ("long.env", 20, "RIGHT", None),
        ("long.env", 20, "LEFT", None),
        ("long.env", 17, "RIGHT", None),
        ("long.env", 23, "LEFT", None),
        ("long.env", 16, "RIGHT", Some("Line could not be resolved")),
        ("long.env", 24, "RIGHT", Some("Line could not be resolved")),
        ("README.md", 1, "RIGHT", Some("Path could not be resolved")),
        ("deploy/moved.env", 1, "RIGHT", Some("Line could not be resolved")),
        ("deploy/old.env", 1, "LEFT", Some("Path could not be resolved")),
    ];
    for (file, line, side, refusal) in cases {
        let before = fake.review_comments(number).len();
        let good = comment("long.env", 20, "RIGHT");
        let asked = json!({ "event": "COMMENT", "comments": [good, comment(file, line, side)] });
        let reply = post(&fake, &path, &asked);
        let added = fake.review_comments(number).len() - before;
        match refusal {
            None => assert_eq!(
                (reply.status, added),
                (200, 2),
                "{file}:{line} {side}: {}",
                reply.text()
            ),
            Some(reason) => {
                assert_eq!((reply.status, added), (422, 0), "{file}:{line} {side}");
                assert_eq!(reply.json()["errors"], json!([reason]));
            }
        }
    }
}

#[test]
fn several_lines_of_one_hunk() {
    let (_repository, fake, number) = shop();
    let path = format!("/pulls/{number}/reviews");
    let ranges = [(1, 3, 200), (3, 1, 422), (2, 2, 422), (1, 4, 422), (9, 2, 422)];
    for (start, line, status) in ranges {
        let mut one = comment(FILE, line, "RIGHT");
        one["start_line"] = json!(start);
        one["start_side"] = json!("RIGHT");
        let reply = post(&fake, &path, &json!({ "event": "COMMENT", "comments": [one] }));
        assert_eq!(reply.status, status, "{start}-{line}: {}", reply.text());
    }
}

#[test]
fn reviews_of_every_state() {
    let (_repository, fake, number) = shop();
    let path = format!("/pulls/{number}/reviews");
    let cases = [
        (json!({ "event": "COMMENT", "body": "Look" }), 200),
        (json!({ "event": "COMMENT", "body": "" }), 422),
        (json!({ "event": "REQUEST_CHANGES", "body": "No" }), 200),
        (json!({ "event": "REQUEST_CHANGES" }), 422),
        (json!({ "event": "APPROVE" }), 200),
        (json!({ "comments": [comment(FILE, 2, "RIGHT")] }), 200),
        (json!({ "body": "A second pending one" }), 422),
        (json!({ "event": "COMMENT", "body": "x".repeat(65_537) }), 422),
        (
            json!({ "event": "COMMENT", "body": "x", "commit_id": "0".repeat(40) }),
            422,
        ),
        (
            json!({ "event": "COMMENT", "body": "x", "commit_id": fake.head(number) }),
            200,
        ),
    ];
    for (asked, status) in cases {
        assert_eq!(post(&fake, &path, &asked).status, status, "{asked}");
    }
    let states: Vec<String> = fake.reviews(number).into_iter().map(|review| review.state).collect();
    assert_eq!(
        states,
        ["COMMENTED", "CHANGES_REQUESTED", "APPROVED", "PENDING", "COMMENTED"]
    );
    // What is pending only its author sees on the page.
    assert_eq!(get(&fake, &format!("/pulls/{number}/comments")).json(), json!([]));
    assert_eq!(get(&fake, &path).json().as_array().unwrap().len(), 5);
}

#[test]
fn comments_move_with_their_line_and_grow_old_when_it_changes() {
    let (repository, fake, number) = shop();
    let asked = json!({ "event": "COMMENT", "comments": [comment(FILE, 2, "RIGHT")] });
    let review = post(&fake, &format!("/pulls/{number}/reviews"), &asked).json();
    let list = format!("/pulls/{number}/comments?per_page=100&page=1");
    let first = get(&fake, &list).json()[0].clone();
    assert_eq!(
        (&first["line"], &first["original_line"], &first["side"]),
        (&json!(2), &json!(2), &json!("RIGHT"))
    );
    assert_eq!(first["pull_request_review_id"], review["id"]);
    assert!(
        first["diff_hunk"]
            .as_str()
            .unwrap()
            .ends_with("+DB_HOST=orders.staging.shop.example")
    );
    repository
        .write(
            FILE,
            "# Orders\nNAME=orders\nDB_HOST=orders.staging.shop.example\nPORT=5432\n",
        )
        .commit("Above");
    let moved = get(&fake, &list).json()[0].clone();
    assert_eq!((&moved["line"], &moved["original_line"]), (&json!(3), &json!(2)));
    assert_eq!(moved["commit_id"], fake.head(number));
    assert_ne!(moved["original_commit_id"], fake.head(number));
    repository
        .write(FILE, "NAME=orders\nDB_HOST=orders.prod.shop.example\nPORT=5433\n")
        .commit("Mend");
    let old = get(&fake, &list).json()[0].clone();
    assert!(old["line"].is_null() && old["position"].is_null(), "{old}");
    assert_eq!(old["original_line"], 2);
}

#[test]
fn comments_on_lines_are_changed_by_their_author_alone() {
    let (_repository, fake, number) = shop();
    let asked = json!({ "event": "COMMENT", "comments": [comment(FILE, 2, "RIGHT")] });
    post(&fake, &format!("/pulls/{number}/reviews"), &asked);
    let own = fake.review_comments(number)[0].id;
    let other = fake.answer(own, "bob", "Really?");
    let listed = get(&fake, &format!("/pulls/{number}/comments")).json();
    assert_eq!(
        (&listed[1]["in_reply_to_id"], &listed[1]["user"]["login"]),
        (&json!(own), &json!("bob"))
    );
    let body = json!({ "body": "Mended" });
    assert_eq!(patch(&fake, &format!("/pulls/comments/{own}"), &body).status, 200);
    assert_eq!(patch(&fake, &format!("/pulls/comments/{other}"), &body).status, 403);
    assert_eq!(get(&fake, &format!("/pulls/comments/{own}")).json()["body"], "Mended");
}
