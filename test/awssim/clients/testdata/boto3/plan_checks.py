import json

from checks import CENTRAL, MEMBER, all_pages, check, client, equal, pass_time, raises

backup, central = client("backup"), client("backup", account=CENTRAL)
BACKUP = backup.exceptions

# What the test has set up, since the API has no call for it: a database of the
# member and a plan that fires on New Year's Day.
LEDGER = f"arn:aws:rds:eu-central-1:{MEMBER}:db:ledger"
ROLE = f"arn:aws:iam::{MEMBER}:role/BackupandRestore"


@check("backup: the organization's plans are listed and shown with their rules")
def plans():
    (plan,), pages = all_pages(backup, "list_backup_plans", "BackupPlansList", 1)
    equal((plan["BackupPlanName"], pages), ("yearly", 1))
    shown = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])
    equal((shown["BackupPlanArn"], shown["VersionId"]), (plan["BackupPlanArn"], plan["VersionId"]))
    (rule,) = shown["BackupPlan"]["Rules"]
    equal((rule["RuleName"], rule["ScheduleExpression"]), ("newyear", "cron(0 12 1 1 ? *)"))
    equal((rule["StartWindowMinutes"], rule["Lifecycle"]), (60, {"DeleteAfterDays": 35}))
    (copy,) = rule["CopyActions"]
    equal(copy["Lifecycle"], {"DeleteAfterDays": 7})
    equal(central.list_backup_plans()["BackupPlansList"], [])
    with raises(BACKUP.ResourceNotFoundException):
        backup.get_backup_plan(BackupPlanId="none")


@check("backup: a backup job on demand goes from CREATED to COMPLETED and is listed")
def backups():
    backup.create_backup_vault(BackupVaultName="plans")
    wanted = {"BackupVaultName": "plans", "ResourceArn": LEDGER, "IamRoleArn": ROLE}
    started = backup.start_backup_job(**wanted, IdempotencyToken="once", Lifecycle={"DeleteAfterDays": 9})
    again = backup.start_backup_job(**wanted, IdempotencyToken="once", Lifecycle={"DeleteAfterDays": 9})
    equal(again["BackupJobId"], started["BackupJobId"])
    job = backup.describe_backup_job(BackupJobId=started["BackupJobId"])
    equal((job["State"], job["ResourceType"], job["PercentDone"]), ("CREATED", "RDS", "0.0"))
    pass_time(20 * 60)
    job = backup.describe_backup_job(BackupJobId=started["BackupJobId"])
    equal((job["State"], job["RecoveryPointLifecycle"]), ("COMPLETED", {"DeleteAfterDays": 9}))
    point = backup.describe_recovery_point(BackupVaultName="plans", RecoveryPointArn=job["RecoveryPointArn"])
    equal((point["ResourceArn"], point["Status"]), (LEDGER, "COMPLETED"))
    second = backup.start_backup_job(**wanted)
    listed, pages = all_pages(backup, "list_backup_jobs", "BackupJobs", 1)
    equal(([j["BackupJobId"] for j in listed], pages), ([second["BackupJobId"], started["BackupJobId"]], 2))
    with raises(BACKUP.MissingParameterValueException):
        backup.start_backup_job(**wanted | {"IamRoleArn": ""})


@check("backup: a recovery point is restored as a new resource")
def restores():
    point = backup.list_recovery_points_by_resource(ResourceArn=LEDGER)["RecoveryPoints"][-1]["RecoveryPointArn"]
    told = backup.get_recovery_point_restore_metadata(BackupVaultName="plans", RecoveryPointArn=point)
    equal((told["ResourceType"], list(told["RestoreMetadata"])), ("RDS", ["DBInstanceIdentifier"]))
    wanted = {"RecoveryPointArn": point, "IamRoleArn": ROLE, "Metadata": {"DBInstanceIdentifier": "ledger-back"}}
    started = backup.start_restore_job(**wanted, IdempotencyToken="once", ResourceType="RDS")["RestoreJobId"]
    equal(backup.start_restore_job(**wanted, IdempotencyToken="once", ResourceType="RDS")["RestoreJobId"], started)
    job = backup.describe_restore_job(RestoreJobId=started)
    equal((job["Status"], job["RecoveryPointArn"], job["PercentDone"]), ("PENDING", point, "0.00%"))
    assert "CreatedResourceArn" not in job and "CompletionDate" not in job, job
    pass_time(20 * 60)
    job = backup.describe_restore_job(RestoreJobId=started)
    equal((job["Status"], job["CreatedResourceArn"]), ("COMPLETED", LEDGER.rsplit(":", 1)[0] + ":ledger-back"))
    second = backup.start_restore_job(**wanted)["RestoreJobId"]
    pass_time(20 * 60)
    equal(backup.describe_restore_job(RestoreJobId=second)["Status"], "FAILED")
    for filters, want in (
        ({}, [second, started]),
        ({"ByStatus": "COMPLETED", "ByResourceType": "RDS"}, [started]),
        ({"ByStatus": "ABORTED"}, []),
        ({"ByParentJobId": "none"}, []),
        ({"ByCreatedBefore": job["CreationDate"]}, []),
        ({"ByCompleteAfter": job["CompletionDate"]}, [second]),
    ):
        equal([j["RestoreJobId"] for j in backup.list_restore_jobs(**filters)["RestoreJobs"]], want)
    with raises(BACKUP.InvalidParameterValueException):
        backup.start_restore_job(**wanted | {"Metadata": {"kmsKeyId": "k"}})
    with raises(BACKUP.MissingParameterValueException):
        backup.start_restore_job(RecoveryPointArn=point, Metadata=wanted["Metadata"])
    with raises(BACKUP.ResourceNotFoundException):
        backup.describe_restore_job(RestoreJobId="none")


@check("backup: a vault has the access policy that it was given")
def access():
    statement = {"Effect": "Allow", "Principal": "*", "Action": "backup:CopyIntoBackupVault", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with raises(BACKUP.ResourceNotFoundException):
        backup.get_backup_vault_access_policy(BackupVaultName="plans")
    backup.put_backup_vault_access_policy(BackupVaultName="plans", Policy=policy)
    equal(backup.get_backup_vault_access_policy(BackupVaultName="plans")["Policy"], policy)
    with raises(BACKUP.InvalidParameterValueException):
        backup.put_backup_vault_access_policy(BackupVaultName="plans", Policy="{}")
