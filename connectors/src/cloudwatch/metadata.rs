//! Where events go besides their group, and who a group's own policy lets at it. Every call that is refused costs
//! that piece and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatchlogs::types::{ExportTask, ExportTaskStatusCode as Code, MetricFilter, PolicyType};
use serde_json::Value;

use super::Logs;
use super::groups::Group;
use crate::aws::policy::Policy;
use crate::aws::{bucket_place, pages, place};
use crate::{Access, Foreign, Grant, Missed, Movement, MovementKind, Permission, Place, SourceError};

/// What reading a group takes, one of these.
pub(super) const READ: &[&str] =
    &["logs:GetLogEvents", "logs:FilterLogEvents", "logs:StartQuery", "logs:StartLiveTail"];
/// What writing takes.
pub(super) const WRITE: &[&str] = &["logs:PutLogEvents"];

/// Asks for all of it.
pub(super) fn ask(logs: &Logs, groups: &mut [Group], access: &mut Access) -> Result<(), SourceError> {
    if groups.is_empty() {
        return Ok(());
    }
    let destinations = kept(access, "logs:DescribeDestinations", destinations(logs)).unwrap_or_default();
    subscriptions(logs, groups, &destinations, access);
    if let Some(policies) =
        kept(access, ACCOUNT, account_policies(logs, PolicyType::SubscriptionFilterPolicy))
    {
        access
            .movements
            .extend(policies.iter().flat_map(|policy| account_wide(policy, groups, &destinations)));
    }
    for filter in kept(access, "logs:DescribeMetricFilters", metric_filters(logs)).unwrap_or_default() {
        access.movements.extend(metric(&filter, groups));
    }
    let tasks = kept(access, "logs:DescribeExportTasks", export_tasks(logs)).unwrap_or_default();
    access.movements.extend(tasks.iter().filter_map(|task| export(task, groups)));
    let policies = kept(access, "logs:DescribeResourcePolicies", resource_policies(logs)).unwrap_or_default();
    for (may, actions) in [(Permission::Read, READ), (Permission::Write, WRITE)] {
        access.grants.extend(grants(groups, may, |group| holders(&policies, actions, group)));
    }
    Ok(())
}

/// The call for what is set for the whole account.
pub(super) const ACCOUNT: &str = "logs:DescribeAccountPolicies";

/// What was answered; a refusal is noted.
pub(super) fn kept<T>(access: &mut Access, what: &str, answer: Result<T, SourceError>) -> Option<T> {
    answer.map_err(|error| access.missed.push(Missed { what: what.into(), error })).ok()
}

/// Grants of all that the principals may, by group, or by `*` where it is every group of the source.
pub(super) fn grants(
    groups: &[Group],
    may: Permission,
    holders: impl Fn(&Group) -> BTreeSet<String>,
) -> Vec<Grant> {
    let mut held: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for group in groups {
        for principal in holders(group) {
            held.entry(principal).or_default().push(&group.name);
        }
    }
    let grant =
        |principal: &str, dataset: &str| Grant { principal: principal.into(), may, dataset: dataset.into() };
    let of = |(principal, names): (String, Vec<&str>)| match names.len() {
        all if all > 1 && all == groups.len() => vec![grant(&principal, "*")],
        _ => names.into_iter().map(|name| grant(&principal, name)).collect(),
    };
    held.into_iter().flat_map(of).collect()
}

fn holders(policies: &[Policy], actions: &[&str], group: &Group) -> BTreeSet<String> {
    let resources = group.resources();
    let asked = actions.iter().flat_map(|action| resources.iter().map(move |resource| (action, resource)));
    let by = |(action, resource): (&&str, &String)| {
        policies.iter().flat_map(|policy| policy.principals(action, resource)).collect::<Vec<_>>()
    };
    asked.flat_map(by).collect()
}

/// Filters of each group. Where every group's are refused, that is said once.
fn subscriptions(
    logs: &Logs,
    groups: &[Group],
    destinations: &BTreeMap<String, String>,
    access: &mut Access,
) {
    const CALL: &str = "logs:DescribeSubscriptionFilters";
    let mut refused = Vec::new();
    for group in groups {
        match group_subscriptions(logs, group, destinations) {
            Ok(movements) => access.movements.extend(movements),
            Err(error) => refused.push(Missed { what: format!("{CALL} {}", group.name).into(), error }),
        }
    }
    if refused.len() > 1 && refused.len() == groups.len() {
        refused.truncate(1);
        refused[0].what = CALL.into();
    }
    access.missed.extend(refused);
}

fn group_subscriptions(
    logs: &Logs,
    group: &Group,
    destinations: &BTreeMap<String, String>,
) -> Result<Vec<Movement>, SourceError> {
    let client = logs.client()?;
    let filters = pages(|token| {
        let call = client.describe_subscription_filters().log_group_name(&group.name).set_next_token(token);
        let page = logs.session.ask(&group.name, call.send())?;
        Ok((page.subscription_filters.unwrap_or_default(), page.next_token))
    })?;
    let movements = filters.iter().filter_map(|filter| {
        let by = filter.filter_name().unwrap_or_default();
        Some(subscription(&group.name, by, filter.destination_arn()?, destinations))
    });
    Ok(movements.collect())
}

/// A destination of CloudWatch Logs is a name for something else, known where it is of this account.
fn subscription(group: &str, by: &str, arn: &str, destinations: &BTreeMap<String, String>) -> Movement {
    moved(group, place(destinations.get(arn).map_or(arn, String::as_str)), MovementKind::Subscription, by)
}

fn moved(group: &str, to: Place, kind: MovementKind, by: &str) -> Movement {
    Movement { from: Place::Dataset(group.into()), to, kind, by: by.into(), count: None, last: None }
}

/// What the account's destinations stand for.
fn destinations(logs: &Logs) -> Result<BTreeMap<String, String>, SourceError> {
    let client = logs.client()?;
    let destinations = pages(|token| {
        let page = logs.session.ask("", client.describe_destinations().set_next_token(token).send())?;
        Ok((page.destinations.unwrap_or_default(), page.next_token))
    })?;
    Ok(destinations.into_iter().filter_map(|known| Some((known.arn?, known.target_arn?))).collect())
}

/// A policy of the account.
pub(super) struct AccountPolicy {
    name: String,
    pub(super) document: String,
    criteria: String,
}

pub(super) fn account_policies(logs: &Logs, of: PolicyType) -> Result<Vec<AccountPolicy>, SourceError> {
    let client = logs.client()?;
    let policies = pages(|token| {
        let call = client.describe_account_policies().policy_type(of.clone()).set_next_token(token);
        let page = logs.session.ask("", call.send())?;
        Ok((page.account_policies.unwrap_or_default(), page.next_token))
    })?;
    let policy = |policy: aws_sdk_cloudwatchlogs::types::AccountPolicy| AccountPolicy {
        name: policy.policy_name.unwrap_or_default(),
        document: policy.policy_document.unwrap_or_default(),
        criteria: policy.selection_criteria.unwrap_or_default(),
    };
    Ok(policies.into_iter().map(policy).collect())
}

/// A subscription of all groups but those that it names.
fn account_wide(
    policy: &AccountPolicy,
    groups: &[Group],
    destinations: &BTreeMap<String, String>,
) -> Vec<Movement> {
    let document: Value = serde_json::from_str(&policy.document).unwrap_or_default();
    let Some(arn) = document["DestinationArn"].as_str() else { return Vec::new() };
    let subscribed = groups.iter().filter(|group| policy.covers(&group.name));
    subscribed.map(|group| subscription(&group.name, &policy.name, arn, destinations)).collect()
}

impl AccountPolicy {
    /// Criteria: `LogGroupName NOT IN ["a", "b"]`, or nothing.
    fn covers(&self, group: &str) -> bool {
        let listed = self.criteria.split_once("NOT IN").map_or("", |(_, list)| list.trim());
        let listed: Vec<String> = serde_json::from_str(listed).unwrap_or_default();
        !listed.iter().any(|name| name == group)
    }
}

fn metric_filters(logs: &Logs) -> Result<Vec<MetricFilter>, SourceError> {
    let client = logs.client()?;
    pages(|token| {
        let page = logs.session.ask("", client.describe_metric_filters().set_next_token(token).send())?;
        Ok((page.metric_filters.unwrap_or_default(), page.next_token))
    })
}

/// A filter counts what fits, which moves nothing; one with dimensions puts values of the events into the metric's
/// name.
fn metric(filter: &MetricFilter, groups: &mut [Group]) -> Vec<Movement> {
    let by = filter.filter_name().unwrap_or_default();
    let named = |group: &&mut Group| Some(group.name.as_str()) == filter.log_group_name();
    let Some(group) = groups.iter_mut().find(named) else { return Vec::new() };
    match group.properties.iter_mut().find(|(name, _)| *name == "metric-filters") {
        Some((_, names)) => *names = format!("{}, {by}", names.expose()).into(),
        None => group.properties.push(("metric-filters", by.into())),
    }
    let metrics = group.namespace().replacen(":logs:", ":cloudwatch:", 1);
    let telling = filter.metric_transformations().iter().filter(|metric| metric.dimensions.is_some());
    let to = |namespace: &str, name: &str| Place::Elsewhere {
        namespace: metrics.as_str().into(),
        name: format!("{namespace}/{name}").into(),
    };
    telling
        .map(|metric| to(metric.metric_namespace(), metric.metric_name()))
        .map(|to| moved(&group.name, to, MovementKind::Export, by))
        .collect()
}

fn export_tasks(logs: &Logs) -> Result<Vec<ExportTask>, SourceError> {
    let client = logs.client()?;
    pages(|token| {
        let page = logs.session.ask("", client.describe_export_tasks().set_next_token(token).send())?;
        Ok((page.export_tasks.unwrap_or_default(), page.next_token))
    })
}

/// A task that copies a group into a bucket, if it came that far.
fn export(task: &ExportTask, groups: &[Group]) -> Option<Movement> {
    let group = task.log_group_name()?;
    groups.iter().find(|known| known.name == group)?;
    let code = task.status().and_then(|status| status.code());
    if matches!(code, Some(Code::Cancelled | Code::Failed | Code::PendingCancel)) {
        return None;
    }
    let to = bucket_place(task.destination()?, task.destination_prefix().unwrap_or_default());
    let last = task.execution_info().and_then(|info| info.completion_time());
    let by = task.task_name().unwrap_or_default();
    Some(Movement { last, ..moved(group, to, MovementKind::Export, by) })
}

/// The account's policies for CloudWatch Logs; one that is not understood grants nothing.
fn resource_policies(logs: &Logs) -> Result<Vec<Policy>, SourceError> {
    let client = logs.client()?;
    let policies = pages(|token| {
        let page = logs.session.ask("", client.describe_resource_policies().set_next_token(token).send())?;
        Ok((page.resource_policies.unwrap_or_default(), page.next_token))
    })?;
    Ok(policies.iter().filter_map(|policy| Policy::parse(policy.policy_document()?)).collect())
}

/// Names as one text, a bounded number of them.
pub(super) fn listed(names: &BTreeSet<String>) -> Foreign {
    const MOST: usize = 20;
    let mut text = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if let Some(more) = names.len().checked_sub(MOST).filter(|more| *more > 0) {
        text += &format!(" and {more} more");
    }
    text.into()
}
