from botocore.exceptions import ClientError

from checks import CENTRAL, SECONDARY, check, client, equal, raises

backup, central = client("backup"), client("backup", account=CENTRAL)
ERRORS = backup.exceptions
OPT_IN = "ResourceTypeOptInPreference"


@check("backup: an account opts resource types in, Region by Region")
def region_settings():
    equal(backup.describe_region_settings()[OPT_IN]["DocumentDB"], False)
    backup.update_region_settings(ResourceTypeOptInPreference={"DocumentDB": True})
    equal(backup.describe_region_settings()[OPT_IN]["DocumentDB"], True)
    equal(client("backup", region=SECONDARY).describe_region_settings()[OPT_IN]["DocumentDB"], False)
    with raises(ERRORS.InvalidParameterValueException):
        backup.update_region_settings(ResourceTypeOptInPreference={"DocumentDB": True, "documentdb": True})


@check("backup: the management account chooses for the organization")
def global_settings():
    central.update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "false"})
    equal(backup.describe_global_settings()["GlobalSettings"]["isCrossAccountBackupEnabled"], "false")
    central.update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "true"})
    described = backup.describe_global_settings()
    equal(described["GlobalSettings"]["isCrossAccountBackupEnabled"], "true")
    assert described["LastUpdateTime"], described
    with raises(ERRORS.InvalidRequestException):
        backup.update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "false"})
    with raises(ERRORS.InvalidParameterValueException):
        central.update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "yes"})
    with raises(ClientError, "ERROR_9601"):
        client("backup", account="555555555555").describe_global_settings()
