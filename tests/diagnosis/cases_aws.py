"""AWS texts with a code or a fixed wording, and what must be read in each."""

from tests.diagnosis.case import EVENT, REQUEST, ROLE, SCP, SCP_ARN, Case

AWS = (
    Case(
        "a command with the policy's ARN",
        f"An error occurred (AccessDenied) when calling the ListUsers operation: User: {ROLE} is"
        f" not authorized to perform: iam:ListUsers on resource: arn:aws:iam::123456789012:user/"
        f" {SCP}: {SCP_ARN}",
        "aws",
        "explicit-deny-scp",
        (16, 17),
        {
            "error_code": "AccessDenied",
            "principal_arn": ROLE,
            "action": "iam:ListUsers",
            "resource_arn": "arn:aws:iam::123456789012:user/",
            "account_id": "123456789012",
            "organization_id": "o-qv5af4abcd",
            "scp_id": "p-2kgnabcd",
            "policy_id": SCP_ARN,
        },
    ),
    Case(
        "the same, wrapped in the ARN and quoted",
        f"> User: {ROLE} is not\n> authorized to perform: iam:ListUsers\n> with an explicit deny"
        "\n> in a service control policy: arn:aws:organizations::987654321098:policy/o-qv5af4abcd/"
        "\n> service_control_policy/p-2kgnabcd",
        "aws",
        "explicit-deny-scp",
        (16, 17),
        {"scp_id": "p-2kgnabcd", "organization_id": "o-qv5af4abcd", "principal_arn": ROLE},
    ),
    Case(
        "the older wording in another region",
        f"User: {ROLE} is not authorized to perform: ec2:RunInstances on resource:"
        f" arn:aws:ec2:eu-west-1:123456789012:instance/* {SCP}",
        "aws",
        "explicit-deny-scp",
        (16, 17, 18),
        {"region": "eu-west-1", "action": "ec2:RunInstances"},
    ),
    Case(
        "the home region is no hint",
        f"User: {ROLE} is not authorized to perform: ec2:RunInstances on resource:"
        f" arn:aws:ec2:us-east-1:123456789012:instance/* {SCP}",
        "aws",
        "explicit-deny-scp",
        (16, 17),
        {"region": "us-east-1"},
    ),
    Case(
        "a region condition",
        f"sts:GetCallerIdentity {SCP}; the statement has aws:RequestedRegion",
        "aws",
        "explicit-deny-scp",
        (18, 16, 17),
    ),
    Case(
        "the root user",
        f"User: arn:aws:iam::123456789012:root is not authorized to perform: s3:ListAllMyBuckets"
        f" {SCP}",
        "aws",
        "explicit-deny-scp",
        (17, 16),
        {"principal_arn": "arn:aws:iam::123456789012:root"},
    ),
    Case(
        "every account",
        f"We see this in every account: is not authorized {SCP}",
        "aws",
        "explicit-deny-scp",
        (17, 16),
    ),
    Case(
        "implicit denial by SCP",
        f"User: {ROLE} is not authorized to perform: ec2:DescribeVpcs because no service control"
        " policy allows the ec2:DescribeVpcs action",
        "aws",
        "implicit-deny-scp",
        (16, 17),
    ),
    Case(
        "a trail event",
        f'{{"eventVersion": "1.09", "userIdentity": {{"type": "AssumedRole", "arn": "{ROLE}",'
        ' "accountId": "123456789012"}, "eventTime": "2026-11-22T03:04:05Z", "awsRegion":'
        ' "eu-central-1", "sourceIPAddress": "203.0.113.9", "errorCode": "AccessDenied",'
        f' "errorMessage": "User: {ROLE} is not authorized to perform: iam:ListUsers on resource:'
        f' arn:aws:iam::123456789012:user/ {SCP}", "requestID": "{REQUEST}", "eventID":'
        f' "{EVENT}"}}',
        "aws",
        "explicit-deny-scp",
        (16, 17, 18),
        {
            "timestamp": "2026-11-22T03:04:05Z",
            "region": "eu-central-1",
            "request_id": REQUEST,
            "cloudtrail_event_id": EVENT,
            "ip_address": "203.0.113.9",
            "error_code": "AccessDenied",
        },
    ),
    Case(
        "an encoded message and a policy",
        f"An error occurred (UnauthorizedOperation) when calling the CreateKeyPair operation: You"
        f" are not authorized to perform this operation. User: {ROLE} is not authorized to perform:"
        f" ec2:CreateKeyPair {SCP}: {SCP_ARN}. Encoded authorization failure message:"
        " OIau77IwNA-RjpafXihrUW41WAUxaBKe",
        "aws",
        "explicit-deny-scp",
        (16, 17),
        {
            "error_code": "UnauthorizedOperation",
            "encoded_message": "OIau77IwNA-RjpafXihrUW41",
            "policy_id": SCP_ARN,
        },
    ),
    Case(
        "only an encoded message",
        "An error occurred (UnauthorizedOperation) when calling the RunInstances operation: You are"
        " not authorized to perform this operation. Encoded authorization failure message:"
        " 6v5e2CTVdVqCQs7EmqGF0wd7",
        "aws",
        "UnauthorizedOperation",
        (),
        {"encoded_message": "6v5e2CTVdVqCQs7EmqGF0wd7"},
    ),
    Case(
        "nothing allows it",
        f"User: {ROLE} is not authorized to perform: iam:DeleteRole on resource: role x because no"
        " identity-based policy allows the iam:DeleteRole action",
        "aws",
        "implicit-deny-identity-policy",
        (19,),
        {"action": "iam:DeleteRole"},
    ),
    Case(
        "a policy on the user denies",
        "User: arn:aws:iam::123456789012:user/ops is not authorized to perform: s3:ListAllMyBuckets"
        " with an explicit deny in an identity-based policy",
        "aws",
        "explicit-deny-identity-policy",
        (20,),
        {"principal_arn": "arn:aws:iam::123456789012:user/ops"},
    ),
    Case(
        "a trust policy",
        f"User: {ROLE} is not authorized to perform: sts:AssumeRole on resource:"
        " arn:aws:iam::123456789012:role/Break because no role trust policy allows the"
        " sts:AssumeRole action",
        "aws",
        "implicit-deny-role-trust",
        (21,),
    ),
    Case(
        "a trust policy that denies",
        f"User: {ROLE} is not authorized to perform: sts:AssumeRole with an explicit deny in the"
        " role; with an explicit deny in a role trust policy",
        "aws",
        "explicit-deny-role-trust",
        (21,),
    ),
    Case(
        "a bucket policy",
        f"User: {ROLE} is not authorized to perform: s3:GetObject on resource:"
        ' "arn:aws:s3:::prod/x" with an explicit deny in a resource-based policy',
        "aws",
        "explicit-deny-resource-policy",
        (22,),
        {"resource_arn": "arn:aws:s3:::prod/x"},
    ),
    Case(
        "a bucket policy that is silent",
        "because no resource-based policy allows the s3:GetObject action",
        "aws",
        "implicit-deny-resource-policy",
        (),
    ),
    Case(
        "a boundary",
        "with an explicit deny in a permissions boundary",
        "aws",
        "explicit-deny-permissions-boundary",
        (24,),
    ),
    Case(
        "a silent boundary",
        "because no permissions boundary allows the s3:GetObject action",
        "aws",
        "implicit-deny-permissions-boundary",
        (24,),
    ),
    Case(
        "a session policy",
        "with an explicit deny in a sessions policy",
        "aws",
        "explicit-deny-session-policy",
        (24,),
    ),
    Case(
        "a silent session policy",
        "because no session policy allows the x action",
        "aws",
        "implicit-deny-session-policy",
        (24,),
    ),
    Case(
        "an endpoint",
        "with an explicit deny in a VPC endpoint policy",
        "aws",
        "explicit-deny-vpc-endpoint",
        (24,),
    ),
    Case(
        "a silent endpoint",
        "because no VPC endpoint policy allows the x action",
        "aws",
        "implicit-deny-vpc-endpoint",
        (24,),
    ),
    Case(
        "an endpoint through an SCP",
        "with an explicit deny in a VPC endpoint policy transitively"
        " through a service control policy",
        "aws",
        "explicit-deny-scp-via-vpc-endpoint",
        (24, 16),
    ),
    Case(
        "a resource control policy",
        "with an explicit deny in a resource control policy",
        "aws",
        "explicit-deny-rcp",
        (24,),
    ),
    Case(
        "a silent resource control policy",
        "because no resource control policy allows the x",
        "aws",
        "implicit-deny-rcp",
        (24,),
    ),
    Case(
        "a denial of no kind",
        f"User: {ROLE} is not authorized to perform: servicequotas:Get with an explicit deny",
        "aws",
        "explicit-deny",
        (),
    ),
    Case(
        "a denial without a reason",
        "An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied",
        "aws",
        "AccessDenied",
        (),
        {"error_code": "AccessDenied"},
    ),
    Case(
        "the storage XML",
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message>"
        "<RequestId>4442587FB7D0A2F9</RequestId></Error>",
        "aws",
        "AccessDenied",
        (),
        {"error_code": "AccessDenied"},
    ),
    Case(
        "labels of a case",
        f"{SCP}. Account ID: 1234-5678-9012, policy p-abcd1234, org o-exampleorgid, Region:"
        " eu-north-1, Request ID: 4442587FB7D0A2F9",
        "aws",
        "explicit-deny-scp",
        (16, 17, 18),
        {
            "account_id": "1234-5678-9012",
            "scp_id": "p-abcd1234",
            "organization_id": "o-exampleorgid",
            "region": "eu-north-1",
            "request_id": "4442587FB7D0A2F9",
        },
    ),
)
