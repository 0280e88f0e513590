//! The shell scripts that run and end a command on a host.
//!
//! sshd hands what it is told to the user's login shell, whichever that is. So what it is told is constant, free of
//! backslashes, single quotes and exclamation marks, and the same in sh, bash, zsh, fish and csh; the command itself
//! travels over standard input, byte for byte, and needs no quoting and no short length.
//!
//! The outer script makes sure that it leads a process group (sshd sees to that; where a server does not, `setsid`
//! does), the inner one says which group it is and then becomes the command, with no input. That first line is
//! recognised by the process's token; what a login script prints before it is output like any other.

/// Says which group it leads, then runs the command that comes over standard input.
const RUN: &str = r#"echo "oriel:$2:$1:$$"; oriel_command=$(cat); exec </dev/null; shift 2; eval "unset oriel_command; $oriel_command""#;

/// Becomes a group's leader if it can, and runs `RUN` with the word for what it leads.
const LEAD: &str = r#"if kill -0 "-$$" 2>/dev/null; then exec /bin/sh -c "$1" oriel group "$2"; elif command -v setsid >/dev/null 2>&1; then exec setsid /bin/sh -c "$1" oriel group "$2"; else exec /bin/sh -c "$1" oriel process "$2"; fi"#;

/// Ends group `$1` (or the process alone, if `$3` says so): TERM, up to `$2` tenths of a second, KILL. Fails if
/// something is still there then. Processes that have ended but that nobody has collected do not count as there. What
/// has moved to another group but not to another session is ended too where `pkill` is at hand. Of the ways to write
/// `kill`, this one is understood alike by bash, dash, zsh and busybox.
const END: &str = concat!(
    r#"g=$1; n=$2; if [ "$3" = group ]; then t="-$g"; else t=$g; fi; "#,
    r#"send() { kill "-$1" "$t" 2>/dev/null; if [ "$t" = "-$g" ]; then pkill "-$1" -s "$g" 2>/dev/null; fi; }; "#,
    r#"alive() { kill -0 "$t" 2>/dev/null || return 1; ps -A -o pid= -o pgid= -o stat= 2>/dev/null | ( seen=0; "#,
    r#"while read -r p q s; do seen=1; if [ "$t" = "-$g" ]; then p=$q; fi; "#,
    r#"if [ "$p" = "$g" ]; then case $s in Z*) ;; *) exit 0 ;; esac; fi; done; [ "$seen" = 0 ] ); }; "#,
    r#"pause() { sleep 0.1 2>/dev/null || sleep 1; }; "#,
    r#"send TERM; while [ "$n" -gt 0 ] && alive; do n=$((n - 1)); pause; done; "#,
    r#"send KILL; n=50; while [ "$n" -gt 0 ]; do alive || exit 0; n=$((n - 1)); pause; done; exit 1"#,
);

/// What sshd is told to run a command whose process is marked by `token`.
pub(super) fn run(token: &str) -> String {
    format!("exec /bin/sh -c '{LEAD}' oriel '{RUN}' {token}")
}

/// What sshd is told to end a process.
pub(super) fn end(group: Group, grace_tenths: u128) -> String {
    let kind = if group.whole { "group" } else { "process" };
    format!("exec /bin/sh -c '{END}' oriel {} {grace_tenths} {kind}", group.id)
}

/// What a started command leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Group {
    /// The leader's process id, which is the group's.
    pub(super) id: u32,
    /// Whether it leads a group; if not, only itself can be ended.
    pub(super) whole: bool,
}

/// What is found when looking for the first line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It is not there yet, and may come.
    NotYet,
    /// It lies at these bytes (its line end included) and says this.
    Line {
        /// Where it starts.
        start: usize,
        /// Where what follows it starts.
        end: usize,
        /// What it says.
        group: Group,
    },
}

/// Looks for the line by which a started command says what it leads.
pub(super) fn find(output: &[u8], token: &str) -> Found {
    let mark = format!("oriel:{token}:");
    let Some(start) = output.windows(mark.len()).position(|window| window == mark.as_bytes()) else {
        return Found::NotYet;
    };
    let rest = output.get(start + mark.len()..).unwrap_or_default();
    let Some(length) = rest.iter().position(|byte| *byte == b'\n') else { return Found::NotYet };
    let said = rest.get(..length).and_then(|line| std::str::from_utf8(line).ok());
    let group = said
        .and_then(|line| line.trim_end().split_once(':'))
        .and_then(|(kind, id)| Some(Group { id: id.parse().ok().filter(|id| *id > 1)?, whole: kind == "group" }));
    match group {
        Some(group) => Found::Line { start, end: start + mark.len() + length + 1, group },
        None => Found::NotYet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_login_shells_see_needs_no_care_in_any_of_them() {
        let told = [run("0190-a"), end(Group { id: 7, whole: true }, 50)];
        for text in &told {
            assert!(!text.contains(['\\', '!', '\n']), "{text}");
        }
        assert_eq!(told[0].matches('\'').count(), 4);
        assert_eq!(told[1].matches('\'').count(), 2);
    }

    #[test]
    fn the_first_line_is_found_after_what_a_login_script_prints() {
        let output = b"welcome\noriel:0190-a:group:4711\nfirst";
        let group = Group { id: 4711, whole: true };
        assert_eq!(find(output, "0190-a"), Found::Line { start: 8, end: 32, group });
        assert_eq!(find(&output[..30], "0190-a"), Found::NotYet);
        assert_eq!(find(output, "0190-b"), Found::NotYet);
        assert_eq!(find(b"oriel:a:group:1\n", "a"), Found::NotYet);
    }
}
