//! Policy documents: who may do what with a resource, as far as the documents say. What else decides (permission
//! boundaries, the organisation's policies, sessions, what holds at the moment of a call) is not known here: an
//! allowance on conditions counts as one, a denial on conditions does not, so that too much is said and not too little.
//!
//! The language: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>.

use std::collections::BTreeSet;

use serde_json::Value;

/// A document's statements.
#[derive(Debug, Default)]
pub(crate) struct Policy {
    statements: Vec<Statement>,
}

#[derive(Debug)]
struct Statement {
    effect: Effect,
    /// Empty in a policy that is attached to somebody.
    principals: Vec<String>,
    actions: Patterns,
    resources: Patterns,
    /// What it depends on: condition keys with their values.
    conditions: Vec<(String, Vec<String>)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Effect {
    Allow,
    Deny,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug)]
enum Patterns {
    Any(Vec<String>),
    NoneOf(Vec<String>),
}

impl Policy {
    /// Reads a document; `None` is one that is not understood.
    pub(crate) fn parse(document: &str) -> Option<Policy> {
        let document: Value = serde_json::from_str(document).ok()?;
        let statements = match document.get("Statement")? {
            Value::Array(several) => several.iter().map(statement).collect::<Option<_>>()?,
            one => vec![statement(one)?],
        };
        Some(Policy { statements })
    }

    /// To whom a resource's own policy allows the action with the resource.
    pub(crate) fn principals(&self, action: &str, resource: &str) -> BTreeSet<String> {
        let fitting = |effect| self.fitting(effect, action, resource);
        let denied: BTreeSet<&str> = fitting(Effect::Deny)
            .filter(|statement| statement.conditions.is_empty())
            .flat_map(|statement| &statement.principals)
            .map(String::as_str)
            .collect();
        if denied.contains("*") {
            return BTreeSet::new();
        }
        let allowed = fitting(Effect::Allow).flat_map(Statement::allowed);
        allowed.filter(|principal| !denied.contains(principal.as_str())).collect()
    }

    fn fitting(&self, effect: Effect, action: &str, resource: &str) -> impl Iterator<Item = &Statement> {
        self.statements.iter().filter(move |statement| {
            statement.effect == effect
                && statement.actions.fit(action, Case::Ignored)
                && statement.resources.fit(resource, Case::Counts)
        })
    }
}

/// Whether policies that are attached to somebody together allow the action with the resource.
pub(crate) fn allow(policies: &[Policy], action: &str, resource: &str) -> bool {
    let fitting = |effect| policies.iter().flat_map(move |policy| policy.fitting(effect, action, resource));
    fitting(Effect::Allow).next().is_some()
        && !fitting(Effect::Deny).any(|statement| statement.conditions.is_empty())
}

impl Statement {
    /// The principals that it names; where it names everybody or a service of AWS on a condition, what that says.
    fn allowed(&self) -> Vec<String> {
        let named = |key: &str| {
            let found = self.conditions.iter().find(|(known, _)| known.eq_ignore_ascii_case(key));
            found.map(|(_, values)| values.clone())
        };
        let broad = |principal: &String| principal == "*" || principal.ends_with(".amazonaws.com");
        let mut allowed: Vec<String> = self.principals.iter().filter(|name| !broad(name)).cloned().collect();
        for principal in self.principals.iter().filter(|name| broad(name)) {
            match named("aws:SourceArn").or_else(|| named("aws:PrincipalArn")) {
                Some(arns) => allowed.extend(arns),
                None if principal == "*" && !self.conditions.is_empty() => {
                    let keys: Vec<&str> = self.conditions.iter().map(|(key, _)| key.as_str()).collect();
                    allowed.push(format!("anybody if {}", keys.join(", ")));
                }
                None => allowed.push(principal.clone()),
            }
        }
        allowed
    }
}

impl Patterns {
    fn fit(&self, text: &str, case: Case) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| fits(pattern, text, case));
        match self {
            Patterns::Any(patterns) => any(patterns),
            Patterns::NoneOf(patterns) => !any(patterns),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Case {
    Counts,
    Ignored,
}

/// Whether a text fits a pattern of `*` (any run) and `?` (one character). A policy variable, `${aws:username}`, is
/// taken for any run, since it is not known here who calls.
fn fits(pattern: &str, text: &str, case: Case) -> bool {
    let fold = |text: &str| match case {
        Case::Ignored => text.to_ascii_lowercase(),
        Case::Counts => text.to_owned(),
    };
    let pattern: Vec<char> = fold(&without_variables(pattern)).chars().collect();
    let text: Vec<char> = fold(text).chars().collect();
    // The last star, and how far the text was taken when it was met: where to go on after a dead end.
    let (mut at, mut taken, mut star) = (0, 0, None);
    while taken < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, taken));
                at += 1;
            }
            Some(c) if *c == '?' || *c == text[taken] => {
                at += 1;
                taken += 1;
            }
            _ => match star {
                Some((before, start)) => {
                    star = Some((before, start + 1));
                    at = before + 1;
                    taken = start + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

fn without_variables(pattern: &str) -> String {
    let mut rest = pattern;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("${") {
        plain.push_str(before);
        plain.push('*');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    plain + rest
}

fn statement(value: &Value) -> Option<Statement> {
    let effect = match value.get("Effect")?.as_str()? {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        _ => return None,
    };
    let either = |yes: &str, no: &str| match (value.get(yes), value.get(no)) {
        (Some(any), _) => Some(Patterns::Any(texts(any))),
        (None, Some(none)) => Some(Patterns::NoneOf(texts(none))),
        (None, None) => None,
    };
    Some(Statement {
        effect,
        principals: value.get("Principal").map(principals).unwrap_or_default(),
        actions: either("Action", "NotAction")?,
        // A resource's own policy may leave out what it is about.
        resources: either("Resource", "NotResource").unwrap_or_else(|| Patterns::Any(vec!["*".into()])),
        conditions: value.get("Condition").map(conditions).unwrap_or_default(),
    })
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(one) => vec![one.clone()],
        Value::Array(several) => several.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// `"*"`, `{"AWS": …}`, `{"Service": …}`; an account's number stands for its root.
fn principals(value: &Value) -> Vec<String> {
    let Value::Object(kinds) = value else { return texts(value) };
    let name = |name: String| match name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit()) {
        true => format!("arn:aws:iam::{name}:root"),
        false => name,
    };
    kinds.values().flat_map(texts).map(name).collect()
}

/// The keys and values of all operators, in the order of the keys.
fn conditions(value: &Value) -> Vec<(String, Vec<String>)> {
    let operators = value.as_object().into_iter().flat_map(|operators| operators.values());
    let tests = operators.filter_map(Value::as_object).flatten();
    let mut conditions: Vec<_> = tests.map(|(key, values)| (key.clone(), texts(values))).collect();
    conditions.sort();
    conditions
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";

    fn parse(statements: &str) -> Policy {
        Policy::parse(&format!(r#"{{"Statement": [{statements}]}}"#)).unwrap()
    }

    /// Who may receive from the queue.
    fn check(statements: &str) -> String {
        let principals = parse(statements).principals("sqs:ReceiveMessage", QUEUE);
        principals.into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_resources_policy_names_principals() {
        let all = r#"{"Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Resource": "*"}"#;
        assert_eq!(check(all), "*");
        assert_eq!(
            check(
                r#"{"Effect": "Allow", "Principal": {"AWS": ["210987654321", "arn:aws:iam::123456789012:role/crm"]},
                    "Action": ["SQS:Receive*", "sqs:SendMessage"], "Resource": "arn:aws:sqs:*:*:ord?rs"}"#
            ),
            "arn:aws:iam::123456789012:role/crm arn:aws:iam::210987654321:root"
        );
        assert_eq!(check(r#"{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}"#), "");
        assert_eq!(check(r#"{"Effect": "Allow", "Principal": "*", "NotAction": "sqs:SendMessage"}"#), "*");
        let deny =
            r#"{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "NotResource": "arn:aws:sqs:*:*:x"}"#;
        assert_eq!(check(&format!("{all}, {deny}")), "");
    }

    #[test]
    fn who_may_on_a_condition_is_named_by_it() {
        let on = |condition: &str| {
            check(&format!(
                r#"{{"Effect": "Allow", "Principal": {{"Service": "sns.amazonaws.com"}}, "Action": "*",
                     "Condition": {condition}}},
                   {{"Effect": "Allow", "Principal": "*", "Action": "*", "Condition": {condition}}}"#
            ))
        };
        let topic = "arn:aws:sns:eu-west-1:123456789012:orders";
        assert_eq!(on(&format!(r#"{{"ArnEquals": {{"aws:SourceArn": "{topic}"}}}}"#)), topic);
        assert_eq!(
            on(r#"{"StringEquals": {"aws:SourceVpce": "vpce-1"}}"#),
            "anybody if aws:SourceVpce sns.amazonaws.com"
        );
    }

    #[test]
    fn attached_policies_allow_together() {
        let read = || parse(r#"{"Effect": "Allow", "Action": "logs:*LogEvents", "Resource": "*"}"#);
        let not = |condition: &str| {
            parse(&format!(
                r#"{{"Effect": "Deny", "Action": "logs:*", "Resource": "arn:aws:logs:*:*:log-group:/pay/*"{condition}}}"#
            ))
        };
        let may = |policies: &[Policy], group: &str| {
            let resource = format!("arn:aws:logs:eu-west-1:123456789012:log-group:{group}:*");
            allow(policies, "logs:GetLogEvents", &resource)
        };
        assert!(may(&[read()], "/pay/a") && may(&[read(), not("")], "/crm"));
        assert!(!may(&[read(), not("")], "/pay/a") && !may(&[], "/crm"));
        let unless = r#", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}"#;
        assert!(may(&[read(), not(unless)], "/pay/a"), "a denial on conditions does not count");
    }

    #[test]
    fn patterns_are_stars_and_question_marks() {
        let fit = |pattern, text| fits(pattern, text, Case::Counts);
        assert!(fit("*", "") && fit("a*b*c", "a.b.b.c") && fit("a?c", "abc") && fit("[x]", "[x]"));
        assert!(!fit("a*b", "a.b.c") && !fit("", "a") && !fit("a?", "a") && !fit("A", "a"));
        assert!(fit("home/${aws:username}/*", "home/ann/logs") && fit("${x", "anything"));
    }

    #[test]
    fn what_is_no_policy_is_none() {
        for text in ["", "{}", "[]", r#"{"Statement": {"Effect": "Perhaps"}}"#, r#"{"Statement": [{}]}"#] {
            assert!(Policy::parse(text).is_none(), "{text}");
        }
    }
}
