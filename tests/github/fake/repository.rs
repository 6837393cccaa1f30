//! Repositories for tests: branches, commits, renames, odd names, force-pushes, checkouts.

use super::events::Event;
use crate::support::Tree;
use std::path::Path;

/// A git repository with a work tree, gone with its value. It begins on `main`.
pub(crate) struct Repository {
    tree: Tree,
}

impl Repository {
    /// A repository whose first commit has these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let tree = Tree::of(files);
        tree.git(&["init", "--quiet", "--initial-branch=main", "--template="]);
        let settings =
            "[uploadpack]\n\tallowAnySHA1InWant = true\n[core]\n\tquotePath = false\n[maintenance]\n\tauto = false\n";
        let config = tree.at(".git/config");
        let begun = std::fs::read_to_string(&config).unwrap();
        std::fs::write(config, format!("{begun}{settings}")).unwrap();
        let repository = Self { tree };
        repository.commit("Begin");
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.tree.path()
    }

    /// Runs git in the work tree; what it says.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.tree.git(arguments).trim_end().to_owned()
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) -> &Self {
        self.tree.write(path, content);
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        self.tree.remove(path);
        self
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> &Self {
        let target = self.tree.at(to);
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::rename(self.tree.at(from), target).unwrap();
        self
    }

    /// Commits all that is there; the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        head_of(&self.tree)
    }

    /// Makes a branch here and goes on with it.
    pub(crate) fn branch(&self, name: &str) -> &Self {
        self.git(&["switch", "--quiet", "--create", name]);
        self
    }

    /// Goes on with another branch.
    pub(crate) fn switch(&self, name: &str) -> &Self {
        self.git(&["switch", "--quiet", name]);
        // The fake may have merged into it.
        self.git(&["reset", "--quiet", "--hard"]);
        self
    }

    /// Moves the branch to another commit, as a force-push does. What is written next stands on that.
    pub(crate) fn reset(&self, revision: &str) -> &Self {
        self.git(&["reset", "--quiet", "--hard", revision]);
        self
    }

    pub(crate) fn tag(&self, name: &str) -> &Self {
        self.git(&["tag", name]);
        self
    }

    /// The id of a commit.
    pub(crate) fn sha(&self, revision: &str) -> String {
        self.git(&["rev-parse", "--verify", &format!("{revision}^{{commit}}")])
    }

    /// What an event is about in a directory of its own, as actions/checkout leaves it: with that much history and nothing
    /// besides, or with all branches.
    pub(crate) fn checkout_for(&self, event: &Event, depth: Option<u32>) -> Tree {
        let tree = self.clone_of_nothing();
        let branch = event.reference.strip_prefix("refs/heads/");
        let here = match branch {
            Some(branch) => format!("refs/remotes/origin/{branch}"),
            None => event.reference.replacen("refs/", "refs/remotes/", 1),
        };
        let wanted = format!("+{}:{here}", event.sha);
        let mut fetch = vec!["fetch", "--quiet", "--no-tags", "--prune", "--no-recurse-submodules"];
        let all = [
            "origin",
            "+refs/heads/*:refs/remotes/origin/*",
            "+refs/tags/*:refs/tags/*",
        ];
        if depth.is_none() {
            tree.git(&[&fetch[..], &all[..]].concat());
        }
        let depth = depth.map(|depth| format!("--depth={depth}"));
        fetch.extend(depth.as_deref());
        fetch.retain(|option| *option != "--prune");
        fetch.extend(["origin", &wanted]);
        tree.git(&fetch);
        match branch {
            Some(branch) => tree.git(&["checkout", "--quiet", "--force", "-B", branch, &here]),
            None => tree.git(&["checkout", "--quiet", "--force", &here]),
        };
        assert_eq!(head_of(&tree), event.sha);
        tree
    }

    /// A repository that only knows where this one is.
    fn clone_of_nothing(&self) -> Tree {
        let tree = Tree::new();
        tree.git(&["init", "--quiet", "--template="]);
        let remote = format!(
            "[remote \"origin\"]\n\turl = file://{}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n",
            self.path().display()
        );
        let config = std::fs::read_to_string(tree.at(".git/config")).unwrap();
        tree.write(".git/config", config + &remote);
        tree
    }

    /// A commit in a directory of its own, with that much history, or all of it: what `ref` of actions/checkout does.
    pub(crate) fn checkout(&self, sha: &str, depth: Option<u32>) -> Tree {
        let tree = self.clone_of_nothing();
        let depth = depth.map(|depth| format!("--depth={depth}"));
        let mut fetch = vec!["fetch", "--quiet", "--no-tags"];
        fetch.extend(depth.as_deref());
        fetch.extend(["origin", sha]);
        tree.git(&fetch);
        tree.git(&["checkout", "--quiet", "--detach", sha]);
        tree
    }
}

/// The commit that a repository is at, read without starting git.
fn head_of(tree: &Tree) -> String {
    let head = std::fs::read_to_string(tree.at(".git/HEAD")).unwrap();
    let id = match head.trim_end().strip_prefix("ref: ") {
        Some(reference) => std::fs::read_to_string(tree.at(".git").join(reference)).unwrap(),
        None => head,
    };
    id.trim_end().to_owned()
}
