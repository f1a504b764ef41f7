import json
import sys
from datetime import datetime, timedelta, timezone

from botocore.exceptions import ClientError

from checks import CENTRAL, MEMBER, SECONDARY, all_pages, check, client, equal, pass_time, raises

backup, central = client("backup"), client("backup", account=CENTRAL)
BACKUP = backup.exceptions

# What the test has set up, since the API has no call for it: the member's vault
# local with two recovery points of one cluster, the second an hour younger.
SETUP = json.loads(sys.argv[1])
CLUSTER, OLDER, YOUNGER = SETUP["cluster"], SETUP["older"], SETUP["younger"]
BEGIN = datetime(2026, 11, 1, 3, tzinfo=timezone.utc)
LOCAL = f"arn:aws:backup:eu-central-1:{MEMBER}:backup-vault:local"
INTERMEDIATE = f"arn:aws:backup:eu-central-1:{CENTRAL}:backup-vault:intermediate"
ROLE = f"arn:aws:iam::{MEMBER}:role/BackupandRestore"
COPY = {"SourceBackupVaultName": "local", "RecoveryPointArn": OLDER, "IamRoleArn": ROLE}
COPY |= {"DestinationBackupVaultArn": INTERMEDIATE}


@check("backup: vaults are made with key and tags, described and listed page by page")
def vaults():
    key = SETUP["vaultKey"]
    wanted = {"EncryptionKeyArn": key, "BackupVaultTags": {"team": "backup"}, "CreatorRequestId": "once"}
    made = central.create_backup_vault(BackupVaultName="intermediate", **wanted)
    equal(made["BackupVaultArn"], INTERMEDIATE)
    assert made["CreationDate"] > BEGIN, made
    again = central.create_backup_vault(BackupVaultName="intermediate", CreatorRequestId="once")
    equal(again["BackupVaultArn"], INTERMEDIATE)
    described = central.describe_backup_vault(BackupVaultName="intermediate")
    equal((described["EncryptionKeyArn"], described["NumberOfRecoveryPoints"], described["Locked"]), (key, 0, False))
    equal(central.list_tags(ResourceArn=INTERMEDIATE)["Tags"], {"team": "backup"})
    central.create_backup_vault(BackupVaultName="another")
    listed, pages = all_pages(central, "list_backup_vaults", "BackupVaultList", 1)
    equal(([vault["BackupVaultName"] for vault in listed], pages), (["another", "intermediate"], 2))
    with raises(BACKUP.AlreadyExistsException):
        backup.create_backup_vault(BackupVaultName="local")
    with raises(BACKUP.InvalidParameterValueException):
        backup.create_backup_vault(BackupVaultName="a.b")
    with raises(ClientError, "AccessDeniedException", 403):
        backup.describe_backup_vault(BackupVaultName="none")
    # What a copy into this account takes.
    central.put_backup_vault_access_policy(BackupVaultName="intermediate", Policy=SETUP["admits"])
    central.update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "true"})
    client("iam", account=CENTRAL).create_service_linked_role(AWSServiceName="backup.amazonaws.com")


@check("backup: recovery points are described and listed by vault and by resource")
def points():
    point = backup.describe_recovery_point(BackupVaultName="local", RecoveryPointArn=OLDER)
    equal((point["ResourceArn"], point["ResourceType"], point["Status"]), (CLUSTER, "Aurora", "COMPLETED"))
    equal((point["CreationDate"], point["Lifecycle"]), (BEGIN, {"DeleteAfterDays": 7}))
    equal(point["CalculatedLifecycle"], {"DeleteAt": BEGIN + timedelta(days=7)})
    assert point["IsEncrypted"] is True and point["EncryptionKeyArn"], point
    by_vault = "list_recovery_points_by_backup_vault"
    listed, pages = all_pages(backup, by_vault, "RecoveryPoints", 1, BackupVaultName="local")
    equal(([point["RecoveryPointArn"] for point in listed], pages), ([YOUNGER, OLDER], 2))

    def arns(**filters):
        found = backup.list_recovery_points_by_backup_vault(BackupVaultName="local", **filters)["RecoveryPoints"]
        return [point["RecoveryPointArn"] for point in found]

    equal(arns(ByCreatedBefore=BEGIN + timedelta(seconds=1)), [OLDER])
    equal(arns(ByCreatedAfter=BEGIN), [YOUNGER])
    equal(arns(ByResourceType="Neptune"), [])
    equal(arns(ByResourceArn=CLUSTER), [YOUNGER, OLDER])
    by_resource = backup.list_recovery_points_by_resource(ResourceArn=CLUSTER)["RecoveryPoints"]
    equal([(p["RecoveryPointArn"], p["BackupVaultName"]) for p in by_resource], [(YOUNGER, "local"), (OLDER, "local")])
    protected = backup.list_protected_resources_by_backup_vault(BackupVaultName="local")["Results"]
    equal([(r["ResourceArn"], r["ResourceType"], r["LastRecoveryPointArn"]) for r in protected], [(CLUSTER, "Aurora", YOUNGER)])
    everywhere = backup.list_protected_resources()["Results"]
    equal((CLUSTER, YOUNGER) in [(r["ResourceArn"], r["LastRecoveryPointArn"]) for r in everywhere], True)
    equal(backup.list_tags(ResourceArn=OLDER)["Tags"], {"team": "orders"})
    with raises(BACKUP.ResourceNotFoundException):
        backup.describe_recovery_point(BackupVaultName="local", RecoveryPointArn=OLDER + "x")
    with raises(BACKUP.InvalidParameterValueException):
        backup.describe_recovery_point(BackupVaultName="local", RecoveryPointArn="older")
    with raises(BACKUP.ResourceNotFoundException):
        backup.list_tags(ResourceArn=OLDER + "x")


@check("backup: a copy job goes from CREATED to COMPLETED and leaves a copy with its own retention")
def copies():
    day = {"DeleteAfterDays": 35}
    started = backup.start_copy_job(IdempotencyToken="attempt-1", Lifecycle=day, **COPY)
    again = backup.start_copy_job(IdempotencyToken="attempt-1", Lifecycle=day, **COPY)
    equal(again["CopyJobId"], started["CopyJobId"])
    equal(again["CreationDate"], started["CreationDate"])

    def describe():
        return backup.describe_copy_job(CopyJobId=started["CopyJobId"])["CopyJob"]

    created = describe()
    equal((created["State"], created["SourceRecoveryPointArn"]), ("CREATED", OLDER))
    assert "CompletionDate" not in created and "DestinationRecoveryPointArn" not in created, created
    pass_time(120)
    equal(describe()["State"], "RUNNING")
    pass_time(480)
    done = describe()
    equal((done["State"], done["CompletionDate"]), ("COMPLETED", started["CreationDate"] + timedelta(minutes=10)))
    copied = central.describe_recovery_point(
        BackupVaultName="intermediate", RecoveryPointArn=done["DestinationRecoveryPointArn"]
    )
    equal((copied["ResourceArn"], copied["SourceBackupVaultArn"]), (CLUSTER, LOCAL))
    equal((copied["CreationDate"], copied["Lifecycle"]), (BEGIN, day))


@check("backup: copy jobs are listed by every filter, page by page")
def listing():
    second = backup.start_copy_job(**(COPY | {"RecoveryPointArn": YOUNGER}))["CopyJobId"]
    listed, pages = all_pages(backup, "list_copy_jobs", "CopyJobs", 1)
    equal((listed[0]["CopyJobId"], len(listed), pages), (second, 2, 2))
    first = listed[1]["CopyJobId"]
    hour = timedelta(hours=1)
    for filters, want in (
        ({"ByState": "COMPLETED"}, [first]),
        ({"ByState": "FAILED"}, []),
        ({"BySourceRecoveryPointArn": YOUNGER}, [second]),
        ({"ByDestinationVaultArn": INTERMEDIATE, "ByResourceArn": CLUSTER, "ByAccountId": MEMBER}, [second, first]),
        ({"ByResourceType": "Aurora", "ByCreatedAfter": BEGIN, "ByCreatedBefore": BEGIN + 9 * hour}, [second, first]),
        ({"ByCompleteAfter": BEGIN, "ByCompleteBefore": BEGIN + 9 * hour}, [first]),
        ({"ByParentJobId": "none"}, []),
    ):
        found = [job["CopyJobId"] for job in backup.list_copy_jobs(**filters)["CopyJobs"]]
        assert found == want, f"{filters}: got {found}, want {want}"
    equal(central.list_copy_jobs()["CopyJobs"], [])


@check("backup: a copy that cannot be is refused with the client's own exceptions")
def refusals():
    def start(**changes):
        backup.start_copy_job(**(COPY | changes))

    final = f"arn:aws:backup:{SECONDARY}:{CENTRAL}:backup-vault:final"
    with raises(BACKUP.InvalidRequestException):
        start(DestinationBackupVaultArn=final)
    with raises(BACKUP.InvalidParameterValueException):
        start(DestinationBackupVaultArn="final")
    with raises(BACKUP.InvalidParameterValueException):
        start(Lifecycle={"DeleteAfterDays": 36501})
    with raises(BACKUP.ResourceNotFoundException):
        start(SourceBackupVaultName="none")
    with raises(BACKUP.MissingParameterValueException):
        start(IamRoleArn="")
    with raises(ClientError, "AccessDeniedException", 403):
        start(IamRoleArn=f"arn:aws:iam::{CENTRAL}:role/copy")
    with raises(BACKUP.ResourceNotFoundException):
        backup.describe_copy_job(CopyJobId="none")
    with raises(BACKUP.InvalidParameterValueException):
        backup.list_copy_jobs(ByState="ENDED")
    with raises(BACKUP.InvalidParameterValueException):
        backup.list_copy_jobs(MaxResults=1001)


@check("backup: a retention is replaced, a point deleted, and a locked vault refuses both")
def retention():
    point = {"BackupVaultName": "local", "RecoveryPointArn": OLDER}
    updated = backup.update_recovery_point_lifecycle(Lifecycle={"DeleteAfterDays": 30}, **point)
    equal(updated["CalculatedLifecycle"]["DeleteAt"], BEGIN + timedelta(days=30))
    backup.delete_recovery_point(**point)
    with raises(BACKUP.ResourceNotFoundException):
        backup.describe_recovery_point(**point)

    backup.put_backup_vault_lock_configuration(BackupVaultName="local", MinRetentionDays=7, ChangeableForDays=3)
    described = backup.describe_backup_vault(BackupVaultName="local")
    equal((described["Locked"], described["MinRetentionDays"]), (True, 7))
    assert isinstance(described["LockDate"], datetime), described
    point["RecoveryPointArn"] = YOUNGER
    with raises(BACKUP.InvalidRequestException):
        backup.update_recovery_point_lifecycle(Lifecycle={"DeleteAfterDays": 30}, **point)
    with raises(BACKUP.InvalidRequestException):
        backup.delete_recovery_point(**point)
    with raises(BACKUP.InvalidParameterValueException):
        backup.put_backup_vault_lock_configuration(BackupVaultName="local", MinRetentionDays=9, MaxRetentionDays=8)
    pass_time(3 * 24 * 3600)
    with raises(BACKUP.InvalidRequestException):
        backup.put_backup_vault_lock_configuration(BackupVaultName="local", MinRetentionDays=1)
