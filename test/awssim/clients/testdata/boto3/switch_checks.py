from checks import CENTRAL, MEMBER, all_pages, check, client, equal, raises

functions, schedules = client("lambda"), client("scheduler")
LAMBDA, SCHEDULER = functions.exceptions, schedules.exceptions

# What the test has set up, since the API has no call for it: a function that reads two
# queues, and two schedules in the group twohop.
FUNCTION = f"arn:aws:lambda:eu-central-1:{MEMBER}:function:copystarter"


@check("lambda: event source mappings are listed, disabled and enabled")
def mappings():
    listed, pages = all_pages(functions, "list_event_source_mappings", "EventSourceMappings", 1, FunctionName=FUNCTION)
    equal((len(listed), pages), (2, 2))
    uuid = listed[0]["UUID"]
    equal(functions.get_event_source_mapping(UUID=uuid)["State"], "Enabled")
    changed = functions.update_event_source_mapping(UUID=uuid, Enabled=False)
    equal((changed["State"], changed["ResponseMetadata"]["HTTPStatusCode"]), ("Disabling", 202))
    equal(functions.get_event_source_mapping(UUID=uuid)["State"], "Disabled")
    equal(functions.update_event_source_mapping(UUID=uuid, Enabled=True)["State"], "Enabling")
    shown = functions.get_event_source_mapping(UUID=uuid)
    assert shown["LastModified"] > listed[0]["LastModified"]
    equal({name: shown[name] for name in listed[0] if name != "LastModified"} | {"LastModified": listed[0]["LastModified"]}, listed[0])
    for name in ("copystarter", f"{MEMBER}:function:copystarter", f"{MEMBER}:copystarter", "function:copystarter"):
        equal(len(functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]), 2)
    with raises(LAMBDA.ResourceNotFoundException, status=404):
        functions.list_event_source_mappings(FunctionName=f"{CENTRAL}:function:copystarter")
    with raises(LAMBDA.InvalidParameterValueException):
        functions.list_event_source_mappings(FunctionName="copystarter:live")
    with raises(LAMBDA.InvalidParameterValueException):
        functions.list_event_source_mappings(Marker="!")
    with raises(LAMBDA.ResourceNotFoundException, status=404):
        functions.update_event_source_mapping(UUID="none", Enabled=True)


@check("lambda: a function is described, and without reserved concurrency there is none")
def configuration():
    described = functions.get_function_configuration(FunctionName="copystarter")
    equal((described["FunctionArn"], described["State"]), (FUNCTION, "Active"))
    assert "ReservedConcurrentExecutions" not in functions.get_function_concurrency(FunctionName=FUNCTION)
    for describe in (functions.get_function_configuration, functions.get_function_concurrency):
        with raises(LAMBDA.ResourceNotFoundException, status=404):
            describe(FunctionName="none")


@check("events: an archive is described")
def archive():
    events = client("events")
    equal(events.describe_archive(ArchiveName="twohop")["RetentionDays"], 14)
    with raises(events.exceptions.ResourceNotFoundException):
        events.describe_archive(ArchiveName="none")


@check("lambda: recursive loops are terminated by default, and allowed by name or ARN")
def recursion():
    equal(functions.get_function_recursion_config(FunctionName="copystarter")["RecursiveLoop"], "Terminate")
    equal(functions.put_function_recursion_config(FunctionName=FUNCTION, RecursiveLoop="Allow")["RecursiveLoop"], "Allow")
    equal(functions.get_function_recursion_config(FunctionName=FUNCTION)["RecursiveLoop"], "Allow")
    functions.put_function_recursion_config(FunctionName="copystarter", RecursiveLoop="Terminate")
    equal(functions.get_function_recursion_config(FunctionName="copystarter")["RecursiveLoop"], "Terminate")
    with raises(LAMBDA.ResourceNotFoundException, status=404):
        functions.get_function_recursion_config(FunctionName="none")


@check("scheduler: a schedule that is sent back as it was shown stays as it is")
def sent_back():
    before = schedules.get_schedule(GroupName="twohop", Name="full")
    equal((before["State"], before["Target"]["DeadLetterConfig"]), ("ENABLED", {"Arn": f"arn:aws:sqs:eu-central-1:{MEMBER}:first"}))
    unchanging = ("Arn", "CreationDate", "LastModificationDate", "ResponseMetadata")
    whole = {name: value for name, value in before.items() if name not in unchanging}
    schedules.update_schedule(**whole | {"State": "DISABLED"})
    equal(schedules.get_schedule(GroupName="twohop", Name="full")["State"], "DISABLED")
    schedules.update_schedule(**whole, ClientToken="once")
    after = schedules.get_schedule(GroupName="twohop", Name="full")
    equal({name: after[name] for name in whole}, whole)
    equal(after["CreationDate"], before["CreationDate"])
    with raises(SCHEDULER.ResourceNotFoundException, status=404):
        schedules.update_schedule(**whole | {"Name": "none"})
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 1441}
    with raises(SCHEDULER.ValidationException):
        schedules.update_schedule(**whole | {"FlexibleTimeWindow": window})


@check("scheduler: schedules are listed by group, state and the beginning of their names")
def lists():
    listed, pages = all_pages(schedules, "list_schedules", "Schedules", 1)
    equal(([s["Name"] for s in listed], pages), (["full", "recent"], 2))
    equal(listed[0]["Target"], {"Arn": FUNCTION})
    equal([s["Name"] for s in schedules.list_schedules(GroupName="twohop", NamePrefix="f", State="ENABLED")["Schedules"]], ["full"])
    equal(schedules.list_schedules(GroupName="default")["Schedules"], [])
    with raises(SCHEDULER.ResourceNotFoundException, status=404):
        schedules.list_schedules(GroupName="none")
    with raises(SCHEDULER.ValidationException):
        schedules.list_schedules(NextToken="!")
