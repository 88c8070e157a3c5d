//! A source's own keys and what it may cost: what its connector takes, in the kinds that it takes it.
//!
//! It must not open anything: of a secret only its place is read.

use std::time::Duration;

use dyetrace_connectors::{
    Budget, Connector, Consent, Sample, SecretPlace, Setting, SettingKind, SettingValue, Settings,
};

use super::{
    entries::Entries,
    keys,
    misfit::Fault,
    quantity::{self, Moment},
    read::Reader,
    yaml::{Content, Node},
};

/// From when to when a source is read. What is relative counts from the run's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Window {
    /// Nothing older.
    pub since: Option<Moment>,
    /// Nothing younger.
    pub until: Option<Moment>,
}

/// What is read of a source, and at what cost.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) settings: Settings,
    pub(super) window: Window,
}

impl Reader {
    pub(super) fn settings(&self, entries: &Entries<'_>, connector: &Connector) -> Result<Asked, Fault> {
        let mut asked = Asked::default();
        asked.settings.base = self.base.clone();
        asked.settings.budget = connector.budget;
        for setting in connector.settings {
            match entries.get(setting.name) {
                Some(node) => self.setting(node, setting, &mut asked)?,
                None if setting.kind == SettingKind::RequiredText => {
                    entries.required(setting.name, &format!("a source of `{}`", connector.name))?;
                }
                None => {}
            }
        }
        if let Some(node) = entries.get("budget") {
            budget(node, &mut asked.settings.budget)?;
        }
        Ok(asked)
    }

    fn setting(&self, node: &Node, setting: &Setting, asked: &mut Asked) -> Result<(), Fault> {
        let settings = &mut asked.settings;
        let value = match setting.kind {
            SettingKind::RequiredText | SettingKind::Text => SettingValue::Text(node.raw()?.to_owned()),
            SettingKind::List => {
                let items = node.one_or_several().iter().map(|item| item.raw().map(str::to_owned));
                SettingValue::List(items.collect::<Result<_, _>>()?)
            }
            SettingKind::Switch => {
                SettingValue::Switch(node.one_of("switch", &[("true", true), ("false", false)])?)
            }
            SettingKind::Secret => SettingValue::Secret(self.secret(node, setting.name)?),
            SettingKind::Since => return moment(node, Moment::since).map(|at| asked.window.since = Some(at)),
            SettingKind::Until => return moment(node, Moment::until).map(|at| asked.window.until = Some(at)),
            SettingKind::Sample => return sample(node).map(|sample| settings.sample = sample),
            SettingKind::Consent => {
                settings.consent = node.one_of("consent", &[("side-effects", Consent::SideEffects)])?;
                return Ok(());
            }
        };
        settings.values.insert(setting.name.to_owned(), value);
        Ok(())
    }

    /// Where a secret lies. The secret itself is refused, and not shown: a file that is shared is no place for it.
    fn secret(&self, node: &Node, name: &str) -> Result<SecretPlace, Fault> {
        let refused = |message: &str, label: &str| {
            Fault::at(node.at, format!("`{name}` {message}"))
                .label(label)
                .help(format!("write `{name}: {{env: NAME}}` or `{name}: {{file: PATH}}`"))
        };
        if !matches!(node.content, Content::Map(_)) {
            let message = "is a secret: the estate file is no place for it";
            return Err(refused(message, "written in the clear").hidden());
        }
        let entries = node.entries(&format!("`{name}`"), keys::KEY)?;
        match (entries.get("env"), entries.get("file")) {
            (Some(variable), None) => Ok(SecretPlace::Env(variable.raw()?.to_owned())),
            (None, Some(file)) => Ok(SecretPlace::File(self.path(file)?)),
            _ => Err(refused("lies in one place", "either `env` or `file`")),
        }
    }
}

fn moment(node: &Node, read: fn(&str) -> Option<Moment>) -> Result<Moment, Fault> {
    read(node.raw()?).ok_or_else(|| node.misfit("24h, 7d, 2026-12-31 or 2026-12-31T08:00:00Z is expected"))
}

fn sample(node: &Node) -> Result<Sample, Fault> {
    let entries = node.entries("`sample`", keys::SAMPLE)?;
    let count = |node: &Node| match node.raw()?.parse() {
        Ok(count @ 1..) => Ok(count),
        _ => Err(node.misfit("a number from 1 on is expected")),
    };
    match (entries.get("newest"), entries.get("one_in")) {
        (Some(newest), None) => count(newest).map(Sample::Newest),
        (None, Some(parts)) => count(parts).map(Sample::OneIn),
        _ => Err(Fault::at(node.at, "`sample` says which part is read")
            .label("either `newest` or `one_in`")
            .help("write `sample: {newest: 10000}` or `sample: {one_in: 100}`")),
    }
}

/// What is said replaces the connector's default; `unlimited` lifts it.
fn budget(node: &Node, budget: &mut Budget) -> Result<(), Fault> {
    let entries = node.entries("`budget`", keys::BUDGET)?;
    let seconds = |text: &str| quantity::seconds(text).map(Duration::from_secs);
    bound(entries.get("bytes"), &mut budget.bytes, quantity::bytes, "a size such as 50MB")?;
    bound(entries.get("requests"), &mut budget.requests, quantity::a_second, "a rate such as 5/s")?;
    bound(entries.get("deadline"), &mut budget.deadline, seconds, "a duration such as 60s")
}

fn bound<T>(
    node: Option<&Node>,
    bound: &mut Option<T>,
    read: impl Fn(&str) -> Option<T>,
    expected: &str,
) -> Result<(), Fault> {
    let Some(node) = node else { return Ok(()) };
    let text = node.raw()?;
    let said = read(text);
    if said.is_none() && text != "unlimited" {
        return Err(node.misfit(&format!("{expected} or `unlimited` is expected")));
    }
    *bound = said;
    Ok(())
}

#[cfg(test)]
mod tests {
    use dyetrace_connectors::{CONSENT, SAMPLE, SINCE, UNTIL};

    use super::*;
    use crate::{detect::Scrubbed, estate::yaml};

    static PASSWORD: Setting = Setting { name: "password", about: "", kind: SettingKind::Secret };

    /// A live system that takes everything.
    static LIVE: Connector = Connector {
        name: "live",
        about: "",
        settings: &[
            Setting { name: PASSWORD.name, about: PASSWORD.about, kind: PASSWORD.kind },
            SINCE,
            UNTIL,
            SAMPLE,
            CONSENT,
        ],
        budget: Budget::LIVE,
        privilege: "",
        from_url: None,
        open: |_| unreachable!("nothing is opened"),
    };

    fn read(text: &str) -> Result<Asked, String> {
        let file = Scrubbed::from_static("dyetrace.yaml");
        let reader = Reader { file: file.clone(), base: "estate".into() };
        let shown = |fault: Fault| format!("{:?}", miette::Report::new(fault.within(&file, text)));
        let node = yaml::parse(text).map_err(shown)?;
        let keys: Vec<&str> =
            LIVE.settings.iter().map(|setting| setting.name).chain(["budget", "name"]).collect();
        node.entries("a source", &keys).and_then(|entries| reader.settings(&entries, &LIVE)).map_err(shown)
    }

    fn check(text: &str, expected: &str) {
        let said = match read(text) {
            Ok(Asked { settings, window }) => {
                format!("{:?} {:?} {:?} {:?}", settings.values, settings.sample, settings.consent, window)
            }
            Err(shown) => shown,
        };
        assert!(said.contains(expected), "{said}");
        assert!(!said.contains("hush"), "{said}");
    }

    #[test]
    fn a_secret_is_named_by_its_place() {
        check("{password: {env: SHOP_PASSWORD}}", r#"Secret(Env("SHOP_PASSWORD"))"#);
        check("{password: {file: secrets/db}}", r#"Secret(File("estate/secrets/db"))"#);
        check("{password: {env: A, file: b}}", "either `env` or `file`");
    }

    #[test]
    fn a_secret_in_the_clear_is_refused_and_not_shown() {
        check("{name: bus, password: hush}", "dyetrace.yaml:1:23");
        check("{name: bus, password: hush}", "{name: bus, password: [hidden]}");
        check("name: bus\npassword: >\n  hush\n  hush\n", "the estate file is no place for it");
        check("password: [hush]", "[hidden]");
        check("password: \"hush hush\"", "write `password: {env: NAME}`");
    }

    #[test]
    fn a_part_and_a_window_can_be_asked_for() {
        check("{sample: {newest: 100}}", "Newest(100)");
        check("{sample: {one_in: 0}}", "a number from 1 on is expected");
        check("{sample: {newest: 1, one_in: 2}}", "either `newest` or `one_in`");
        check("{since: 24h, until: 1970-01-01}", "since: Some(Ago(86400000)), until: Some(At(86400000))");
        check("{since: yesterday}", "2026-12-31T08:00:00Z is expected");
        check("{consent: side-effects}", "SideEffects");
        check("{consent: yes}", "side-effects");
    }

    #[test]
    fn a_budget_refines_the_connectors_own() {
        let budget = |text: &str| read(text).map(|asked| asked.settings.budget);
        assert_eq!(budget("{}"), Ok(Budget::LIVE));
        let deadline = Some(Duration::from_secs(60));
        assert_eq!(
            budget("{budget: {bytes: unlimited, deadline: 60s}}"),
            Ok(Budget { bytes: None, deadline, ..Budget::LIVE })
        );
        assert!(budget("{budget: {deadline: 60}}").is_err_and(|shown| shown.contains("such as 60s")));
    }
}
