//! What is known of a group beside its events, and what a refused call costs.

use aws_sdk_cloudwatchlogs::types::MetricTransformation;
use aws_sdk_iam::Client as Iam;

use super::{Logs, hour_ago};
use crate::aws::{self, Keys, Seeder, assert_allowed, raw, read, say_access, say_listing};
use crate::servers::moto::Moto;

const ACCOUNT: &str = "123456789012";

impl Logs {
    fn subscription(&self, group: &str, name: &str, destination: &str) {
        let put = self.client.put_subscription_filter().log_group_name(group).filter_name(name);
        self.seeder.run(
            put.filter_pattern("").destination_arn(destination).role_arn("arn:aws:iam::1:role/r").send(),
        );
    }

    /// A filter that counts, and names a metric by a field of the event if `dimension` does.
    fn metric(&self, group: &str, name: &str, dimension: Option<&str>) {
        let mut metric =
            MetricTransformation::builder().metric_name("n").metric_namespace("Shop").metric_value("1");
        if let Some(field) = dimension {
            metric = metric.dimensions("card", field);
        }
        let put = self.client.put_metric_filter().log_group_name(group).filter_name(name).filter_pattern("");
        self.seeder.run(put.metric_transformations(metric.build().unwrap()).send());
    }
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn where_events_go_and_who_may() {
    let logs = Logs::new();
    let port = Moto::shared().port;
    logs.group("told");
    logs.group("told-not");
    raw(
        port,
        "POST /",
        "X-Amz-Target: Kinesis_20131202.CreateStream\r\nContent-Type: application/x-amz-json-1.1\r\n",
        r#"{"StreamName": "to-siem", "ShardCount": 1}"#,
    );
    let place = "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>";
    raw(port, "PUT /told-bucket", "", place);
    let stream = format!("arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/to-siem");
    logs.subscription("told", "siem", &stream);
    // A destination stands for something else; moto wants a group of its name.
    logs.group("central");
    let lake = "arn:aws:firehose:eu-west-1:210987654321:deliverystream/lake";
    let put = logs.client.put_destination().destination_name("central").role_arn("arn:aws:iam::1:role/r");
    logs.seeder.run(put.target_arn(lake).send());
    logs.subscription("told", "lake", &format!("arn:aws:logs:eu-west-1:{ACCOUNT}:destination:central"));
    logs.metric("told", "errors", None);
    logs.metric("told", "by-card", Some("$.card"));
    let export = logs.client.create_export_task().log_group_name("told").task_name("quarter").from(0).to(1);
    logs.seeder.run(export.destination("told-bucket").destination_prefix("2026").send());
    let policy = r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "210987654321"},
        "Action": "logs:FilterLogEvents", "Resource": "arn:aws:logs:eu-west-1:123456789012:log-group:told:*"}]}"#;
    logs.seeder.run(logs.client.put_resource_policy().policy_name("told").policy_document(policy).send());
    let retention = logs.client.put_retention_policy().log_group_name("told").retention_in_days(7);
    logs.seeder.run(retention.send());

    let source = logs.source(&[("groups", "told*")]);
    assert_eq!(
        say_listing(&*source),
        "told LogGroup [] 7d metric-filters: errors, by-card;\n\
         told-not LogGroup [] retention: events never expire;\n"
    );
    assert_eq!(
        say_access(&source.access().unwrap()),
        "told -> arn:aws:kinesis:eu-west-1:123456789012|stream/to-siem (subscription siem)\n\
         told -> arn:aws:firehose:eu-west-1:210987654321|deliverystream/lake (subscription lake)\n\
         told -> arn:aws:cloudwatch:eu-west-1:123456789012|Shop/n (export by-card)\n\
         told -> s3://told-bucket|2026 (export quarter)\n\
         arn:aws:iam::210987654321:root reads told\n"
    );
    assert_allowed("cloudwatch", &logs.proxy);
}

/// A server that checks who may what, with users who may do some actions.
fn guarded(users: &[(&str, &str)]) -> (Moto, Vec<Keys>) {
    let moto = Moto::start();
    let seeder = Seeder::new(moto.port, &Keys::default());
    let user = |(name, actions): &(&str, &str)| {
        user(&seeder, name, &format!(r#"{{"Effect": "Allow", "Action": [{actions}], "Resource": "*"}}"#))
    };
    let keys = users.iter().map(user).collect();
    // From here on every call is checked. Those of IAM are all refused: moto cannot check a form's signature.
    raw(moto.port, "POST /moto-api/reset-auth", "Content-Type: text/plain\r\n", "0");
    (moto, keys)
}

/// A new user with one statement.
fn user(seeder: &Seeder, name: &str, statement: &str) -> Keys {
    let iam = Iam::new(&seeder.config);
    seeder.run(iam.create_user().user_name(name).send());
    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    seeder.run(iam.put_user_policy().user_name(name).policy_name("own").policy_document(document).send());
    let key = seeder.run(iam.create_access_key().user_name(name).send()).access_key.unwrap();
    Keys { id: key.access_key_id, secret: key.secret_access_key }
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn a_refused_call_costs_its_piece_and_nothing_else() {
    let (moto, keys) = guarded(&[
        ("admin", r#""*""#),
        ("reader", r#""logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:GetLogEvents""#),
        ("lister", r#""logs:Describe*""#),
        ("slicer", r#""logs:DescribeLogGroups", "logs:FilterLogEvents""#),
        ("nobody", r#""s3:GetObject""#),
    ]);
    let seeder = Seeder::new(moto.port, &keys[0]);
    let client = aws_sdk_cloudwatchlogs::Client::new(&seeder.config);
    let admin = Logs { client, seeder, proxy: aws::before(moto.port, |_| None) };
    for group in ["one", "two"] {
        admin.group(group);
        admin.stream(group, "s", &[(hour_ago(), "read all the same")]);
    }
    let check = |keys: &Keys| {
        let values = [("groups", "*"), ("iam", "on")];
        let source = aws::source("cloudwatch", &aws::settings(&admin.proxy.url(), keys, &values));
        let listed = say_listing(&*source);
        let access =
            source.access().map_or_else(|error| aws::say_error(&error), |access| say_access(&access));
        let stream = read(&*source, "one:s");
        format!("{listed}{access}{}{}\n", stream.values().join(" "), stream.end)
    };
    assert_eq!(
        check(&keys[1]),
        "one LogGroup [one:s] retention: events never expire;\n\
         two LogGroup [two:s] retention: events never expire;\n\
         missed logs:DescribeDestinations: Denied\n\
         missed logs:DescribeSubscriptionFilters: Denied\n\
         missed logs:DescribeMetricFilters: Denied\n\
         missed logs:DescribeExportTasks: Denied\n\
         missed logs:DescribeResourcePolicies: Denied\n\
         missed iam:GetAccountAuthorizationDetails: Denied\n\
         read all the sameComplete\n"
    );
    // Without a right to read that is missed; without a look at the streams there are slices.
    const REFUSED: &str = "attach the policy that `dyetrace sources policy` prints to whom dyetrace runs as";
    assert_eq!(check(&keys[2]).lines().last(), Some(&*format!("Denied one:s: {REFUSED}")));
    let slices = check(&keys[3]);
    assert!(slices.starts_with("one LogGroup [one:*1/4 one:*2/4 one:*3/4 one:*4/4]"), "{slices}");
    assert!(check(&keys[4]).starts_with(&format!("Denied logs:DescribeLogGroups: {REFUSED}")));
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn who_may_read_write_and_unmask_by_the_accounts_policies() {
    let moto = Moto::start();
    let seeder = Seeder::new(moto.port, &Keys::default());
    let logs = aws_sdk_cloudwatchlogs::Client::new(&seeder.config);
    for group in ["/pay/gateway", "/shop/web"] {
        seeder.run(logs.create_log_group().log_group_name(group).send());
    }
    let statement = |effect: &str, action: &str, group: &str| {
        let resource = format!("arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:{group}");
        format!(r#"{{"Effect": "{effect}", "Action": "{action}", "Resource": "{resource}"}}"#)
    };
    let all = statement("Allow", "logs:*", "*");
    user(&seeder, "admin", &all);
    user(&seeder, "web", &statement("Allow", "logs:PutLogEvents", "/shop/*"));
    user(&seeder, "support", &format!("{all}, {}", statement("Deny", "logs:*", "/pay/*")));
    // A role with a managed policy, and a user by a group.
    let iam = Iam::new(&seeder.config);
    let document = |statement: &str| format!(r#"{{"Version": "2012-10-17", "Statement": [{statement}]}}"#);
    let stream = document(&statement("Allow", "logs:GetLogEvents", "/pay/gateway:log-stream:*"));
    let policy =
        seeder.run(iam.create_policy().policy_name("pay").policy_document(stream).send()).policy.unwrap();
    seeder.run(iam.create_role().role_name("fraud").assume_role_policy_document("{}").send());
    seeder.run(iam.attach_role_policy().role_name("fraud").policy_arn(policy.arn.unwrap()).send());
    seeder.run(iam.create_group().group_name("ops").send());
    let unmask = document(&statement("Allow", "logs:Unmask", "/shop/web:*"));
    seeder.run(iam.put_group_policy().group_name("ops").policy_name("unmask").policy_document(unmask).send());
    seeder.run(iam.create_user().user_name("ann").send());
    seeder.run(iam.add_user_to_group().group_name("ops").user_name("ann").send());

    let proxy = aws::before(moto.port, |_| None);
    let values = [("groups", "*"), ("iam", "on")];
    let source = aws::source("cloudwatch", &aws::settings(&proxy.url(), &Keys::default(), &values));
    assert_eq!(
        say_listing(&*source),
        "/pay/gateway LogGroup [] retention: events never expire; unmask: arn:aws:iam::123456789012:user/admin;\n\
         /shop/web LogGroup [] retention: events never expire; unmask: arn:aws:iam::123456789012:user/admin, \
         arn:aws:iam::123456789012:user/ann, arn:aws:iam::123456789012:user/support;\n"
    );
    let said = say_access(&source.access().unwrap()).replace("arn:aws:iam::123456789012:", "");
    assert_eq!(
        said,
        "role/fraud reads /pay/gateway\nuser/admin reads *\nuser/admin writes *\nuser/support reads /shop/web\n\
         user/support writes /shop/web\nuser/web writes /shop/web\n"
    );
    assert_allowed("cloudwatch", &proxy);
}

#[test]
#[ignore = "needs moto: run scripts/test"]
fn keys_that_nobody_knows_are_refused() {
    let (moto, _) = guarded(&[]);
    let proxy = aws::before(moto.port, |_| None);
    let settings = aws::settings(&proxy.url(), &Keys::default(), &[("groups", "*")]);
    assert!(say_listing(&*aws::source("cloudwatch", &settings)).starts_with("Denied logs:DescribeLogGroups"));
}
