//! Who reads topics and who may, as the brokers know it: consumer groups and access lists. A piece that is refused
//! is missed, and the rest goes on.

use std::collections::{BTreeMap, BTreeSet};

use super::admin::{Admin, Operation, Pattern, Rule, Verdict};
use super::client::{self, Client, Cluster};
use super::list;
use crate::{Access, ErrorKind, Grant, Missed, Permission, Reader, SourceError};

use rdkafka::error::RDKafkaErrorCode as Code;

/// More groups than this are not asked for what they read: each takes a request or two.
const MOST_GROUPS: usize = 1_000;

/// A topic and the number of a partition.
type Part = (String, i32);

/// For each partition its end, and the time of its newest record in milliseconds since 1970 UTC.
type Newest = BTreeMap<Part, (i64, i64)>;

/// The offsets that a group committed in some partitions of a topic.
type Committed = Vec<(i32, i64)>;

/// Asks about these topics.
pub(super) struct Inquiry<'a> {
    cluster: &'a Cluster,
    admin: Admin<'a>,
    topics: &'a BTreeSet<String>,
    /// Whether we may describe the cluster; what is refused else is not said to be.
    sees_cluster: bool,
    pub(super) access: Access,
}

impl<'a> Inquiry<'a> {
    pub(super) fn new(cluster: &'a Cluster, client: &'a Client, topics: &'a BTreeSet<String>) -> Inquiry<'a> {
        let admin = Admin { client, patience: cluster.patience() };
        let sees_cluster = admin.may_describe_cluster().unwrap_or(false);
        Inquiry { cluster, admin, topics, sees_cluster, access: Access::default() }
    }

    pub(super) fn groups(&mut self) {
        self.cluster.pace.wait();
        let groups = match self.admin.groups() {
            Ok(groups) => groups,
            Err(code) => return self.missed("consumer groups", code, GROUPS),
        };
        for code in groups.refused {
            self.missed("consumer groups of a broker", code, GROUPS);
        }
        // Groups that we may not describe are left out of the list without a word.
        if !self.sees_cluster {
            self.missed("consumer groups", Code::ClusterAuthorizationFailed, SOME_GROUPS);
        }
        if groups.names.len() > MOST_GROUPS {
            self.missed("consumer groups beyond the first 1,000", Code::InvalidArgument, MANY_GROUPS);
        }
        let mut marks = BTreeMap::new();
        for group in groups.names.iter().take(MOST_GROUPS) {
            match self.reads(group) {
                Ok(read) => {
                    marks.extend(read.into_iter().map(|(topic, read)| ((topic, group.clone()), read)))
                }
                Err(code) => self.missed(group, code, GROUPS),
            }
        }
        self.readers(marks);
    }

    /// The topics that a group reads, with the offsets that it committed; none of a member that commits elsewhere.
    fn reads(&self, group: &str) -> Result<BTreeMap<String, Committed>, Code> {
        let mut read: BTreeMap<String, Committed> = BTreeMap::new();
        self.cluster.pace.wait();
        for (topic, partition, offset) in self.admin.committed(group)? {
            read.entry(topic).or_default().push((partition, offset));
        }
        self.cluster.pace.wait();
        for (topic, _) in self.admin.members(group)? {
            read.entry(topic).or_default();
        }
        read.retain(|topic, _| self.topics.contains(topic));
        Ok(read)
    }

    fn readers(&mut self, marks: BTreeMap<(String, String), Committed>) {
        let of_topic = |((topic, _), read): (&(String, String), &Committed)| {
            read.iter().map(|(partition, _)| (topic.clone(), *partition)).collect::<Vec<_>>()
        };
        let partitions: BTreeSet<Part> = marks.iter().flat_map(of_topic).collect();
        let newest = match self.newest(&partitions.into_iter().collect::<Vec<_>>()) {
            Ok(newest) => newest,
            Err(code) => {
                self.missed("when groups read last", code, TOPICS);
                BTreeMap::new()
            }
        };
        for ((topic, group), read) in marks {
            let seen = |(partition, offset): &(i32, i64)| {
                let (end, time) = newest.get(&(topic.clone(), *partition))?;
                (offset >= end && *time >= 0).then_some(*time)
            };
            let last = read.iter().filter_map(seen).max();
            self.access.readers.push(Reader { name: group.into(), dataset: topic.clone().into(), last });
        }
    }

    /// Who committed a partition's end read its newest record.
    fn newest(&self, partitions: &[Part]) -> Result<Newest, Code> {
        if partitions.is_empty() {
            return Ok(BTreeMap::new());
        }
        self.cluster.pace.wait();
        let newest = self.admin.newest(partitions)?;
        Ok(newest
            .into_iter()
            .map(|((topic, partition, end), time)| ((topic, partition), (end, time)))
            .collect())
    }

    /// `broker` is any of the cluster's: it knows whether there is an access list at all.
    pub(super) fn rules(&mut self, broker: i32) {
        // Of a refusal the client library makes an empty list.
        if !self.sees_cluster {
            return self.missed("access list", Code::ClusterAuthorizationFailed, CLUSTER);
        }
        self.cluster.pace.wait();
        match self.admin.rules() {
            Ok(rules) if rules.is_empty() => {
                self.cluster.pace.wait();
                // A broker that does not tell its own settings has an authorizer, by which it does not.
                if self.admin.is_open(broker).unwrap_or(false) {
                    self.access.grants.extend(open_to_all());
                }
            }
            Ok(rules) => self.access.grants.extend(grants(&rules, self.topics)),
            Err(code) => self.missed("access list", code, CLUSTER),
        }
    }

    /// How long topics keep their messages is told with the topics; here, which did not tell it.
    pub(super) fn settings(&mut self) {
        let topics: Vec<&str> = self.topics.iter().map(String::as_str).collect();
        match list::settings(self.cluster, self.admin.client, &topics) {
            Ok(told) => {
                for (topic, code) in told.into_iter().filter_map(|(topic, told)| Some((topic, told.err()?))) {
                    self.missed(&format!("{topic}: settings"), code, CONFIGS);
                }
            }
            Err(code) => self.missed("settings of topics", code, CONFIGS),
        }
    }

    fn missed(&mut self, what: &str, code: Code, help: &'static str) {
        let error = client::refused(what, code);
        let help = if error.kind == ErrorKind::Denied { help } else { error.help };
        self.access.missed.push(Missed { what: what.into(), error: SourceError { help, ..error } });
    }
}

const GROUPS: &str = "allow dyetrace's principal Describe on the groups: docs/connectors/kafka.md";
const CLUSTER: &str = "allow dyetrace's principal Describe on the cluster: docs/connectors/kafka.md";
const CONFIGS: &str = "allow dyetrace's principal DescribeConfigs on the topics: docs/connectors/kafka.md";
const TOPICS: &str = "allow dyetrace's principal Describe on the topics: docs/connectors/kafka.md";
const SOME_GROUPS: &str =
    "only groups that dyetrace's principal may describe were listed; allow it Describe on the cluster";
const MANY_GROUPS: &str = "there are too many groups to ask each what it reads";

fn open_to_all() -> impl Iterator<Item = Grant> {
    let grant = |may| Grant { principal: "User:*".into(), may, dataset: "*".into() };
    [Permission::Read, Permission::Write].into_iter().map(grant)
}

/// What the rules allow in the end, of these topics. A rule that no denial touches is a grant with its own pattern; of one that is
/// denied for some topics, each of the topics that are left is a grant. A denial for one host alone leaves the others,
/// and one for a single user leaves what all users may.
fn grants(rules: &[Rule], topics: &BTreeSet<String>) -> Vec<Grant> {
    let (denials, allowed): (Vec<&Rule>, Vec<&Rule>) =
        rules.iter().partition(|rule| rule.verdict == Verdict::Deny);
    let mut grants = BTreeSet::new();
    for rule in allowed {
        for may in rule.operation.permissions() {
            let denied = |topic: &str| denials.iter().any(|denial| denial.takes(rule, *may, topic));
            let matched: Vec<&String> = topics.iter().filter(|topic| rule.matches(topic)).collect();
            if matched.is_empty() {
                continue;
            }
            let left: Vec<&String> = matched.iter().copied().filter(|topic| !denied(topic)).collect();
            let whole = left.len() == matched.len() && !denied(&rule.topic);
            let datasets = if whole { vec![rule.glob()] } else { left.into_iter().cloned().collect() };
            grants.extend(datasets.into_iter().map(|dataset| (rule.principal.clone(), *may, dataset)));
        }
    }
    let grant = |(principal, may, dataset): (String, Permission, String)| Grant {
        principal: principal.into(),
        may,
        dataset: dataset.into(),
    };
    grants.into_iter().map(grant).collect()
}

impl Rule {
    fn matches(&self, topic: &str) -> bool {
        match self.pattern {
            Pattern::Name => self.topic == "*" || self.topic == topic,
            Pattern::Prefix => topic.starts_with(&self.topic),
        }
    }

    /// As a dataset's pattern.
    fn glob(&self) -> String {
        match self.pattern {
            Pattern::Name => self.topic.clone(),
            Pattern::Prefix => format!("{}*", self.topic),
        }
    }

    /// Whether this denial takes away what a rule allows.
    fn takes(&self, allowed: &Rule, may: Permission, topic: &str) -> bool {
        let concerns = self.principal == "User:*" || self.principal == allowed.principal;
        let everywhere = self.host == "*" || self.host == allowed.host;
        concerns && everywhere && self.operation.permissions().contains(&may) && self.matches(topic)
    }
}

impl Operation {
    fn permissions(self) -> &'static [Permission] {
        match self {
            Operation::Read => &[Permission::Read],
            Operation::Write => &[Permission::Write],
            Operation::All => &[Permission::Read, Permission::Write],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rules as `allow User:a read orders`, a prefix ending in `…`; grants as `User:a read orders`.
    fn check(rules: &[&str]) -> String {
        let rules: Vec<Rule> = rules.iter().map(|said| rule(said)).collect();
        let topics = ["orders", "pay.in", "pay.out"].map(String::from).into();
        let said = grants(&rules, &topics).into_iter().map(|grant| {
            let may = if grant.may == Permission::Read { "read" } else { "write" };
            format!("{} {may} {}", grant.principal.expose(), grant.dataset.expose())
        });
        said.collect::<Vec<_>>().join(", ")
    }

    fn rule(said: &str) -> Rule {
        let [verdict, principal, operation, topic]: [&str; 4] =
            said.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let (principal, host) = principal.split_once('@').unwrap_or((principal, "*"));
        Rule {
            principal: principal.into(),
            host: host.into(),
            topic: topic.trim_end_matches('…').into(),
            pattern: if topic.ends_with('…') { Pattern::Prefix } else { Pattern::Name },
            operation: match operation {
                "read" => Operation::Read,
                "write" => Operation::Write,
                _ => Operation::All,
            },
            verdict: if verdict == "deny" { Verdict::Deny } else { Verdict::Allow },
        }
    }

    #[test]
    fn rules_become_grants_with_their_patterns() {
        assert_eq!(check(&["allow User:a read orders"]), "User:a read orders");
        assert_eq!(check(&["allow User:a all pay.…"]), "User:a read pay.*, User:a write pay.*");
        assert_eq!(check(&["allow User:* write *"]), "User:* write *");
        assert_eq!(check(&["allow User:a read payroll", "allow User:a read hr.…"]), "");
    }

    #[test]
    fn a_denial_takes_topics_away() {
        let allow = "allow User:a read pay.…";
        assert_eq!(check(&[allow, "deny User:a read pay.in"]), "User:a read pay.out");
        assert_eq!(check(&[allow, "deny User:* all pay.…"]), "");
        assert_eq!(check(&[allow, "deny User:a all *"]), "");
        assert_eq!(check(&["allow User:a read *", "deny User:a read pay.…"]), "User:a read orders");
        assert_eq!(check(&["allow User:* read orders", "deny User:* read orders"]), "");
    }

    #[test]
    fn a_denial_of_something_else_takes_nothing() {
        let allow = "allow User:a read pay.…";
        for other in ["deny User:b read pay.in", "deny User:a write pay.in", "deny User:a read orders"] {
            assert_eq!(check(&[allow, other]), "User:a read pay.*");
        }
        assert_eq!(check(&[allow, "deny User:a@10.0.0.1 read pay.in"]), "User:a read pay.*");
        assert_eq!(check(&["allow User:* read orders", "deny User:b read orders"]), "User:* read orders");
    }
}
