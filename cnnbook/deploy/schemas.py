"""What cloud files must hold, where no package brings the provider's own schema.

Written down from documentation, not fetched: they know the fields that the files of
`deployment/` use and refuse all others, so that a typo is seen.
"""

from collections.abc import Iterable, Mapping


def problems(document: object, schema: Mapping[str, object]) -> list[str]:
    """What is wrong with a document, a line each with its place; empty if nothing."""
    import jsonschema

    found = jsonschema.Draft202012Validator(schema).iter_errors(document)
    return sorted(f"{error.json_path}: {error.message}" for error in found)


def fields(
    required: Iterable[str] = (), **properties: Mapping[str, object]
) -> dict[str, object]:
    """An object with these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


TEXT = {"type": "string", "minLength": 1}
PORT = {"type": "integer", "minimum": 1, "maximum": 65535}
COUNT = {"type": "integer", "minimum": 0}
POSITIVE = {"type": "integer", "minimum": 1}
PATH = {"type": "string", "pattern": "^/"}


def listed(items: Mapping[str, object]) -> dict[str, object]:
    """A list of one or more of `items`."""
    return {"type": "array", "items": items, "minItems": 1}


ENV = listed(fields(("name", "value"), name=TEXT, value=TEXT))

# "CLI (v2) managed online endpoint YAML schema", documentation of Azure ML
ML_ENDPOINT = fields(
    ("name",),
    **{"$schema": TEXT},
    name={"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9-]{1,30}[A-Za-z0-9]$"},
    auth_mode={"enum": ["key", "aml_token", "aad_token"]},
)

# "CLI (v2) managed online deployment YAML schema"; inference_config as in the
# custom-container examples of Azure/azureml-examples
ROUTE = fields(("port", "path"), port=PORT, path=PATH)
PROBE = fields(
    initial_delay=POSITIVE,
    period=POSITIVE,
    timeout=POSITIVE,
    success_threshold=POSITIVE,
    failure_threshold=POSITIVE,
)
ML_DEPLOYMENT = fields(
    ("name", "endpoint_name", "environment", "instance_type", "instance_count"),
    **{"$schema": TEXT},
    name=TEXT,
    endpoint_name=TEXT,
    environment=fields(
        ("image", "inference_config"),
        name=TEXT,
        image=TEXT,
        inference_config=fields(
            ("liveness_route", "readiness_route", "scoring_route"),
            liveness_route=ROUTE,
            readiness_route=ROUTE,
            scoring_route=ROUTE,
        ),
    ),
    environment_variables={"type": "object", "additionalProperties": TEXT},
    instance_type=TEXT,
    instance_count=POSITIVE,
    request_settings=fields(
        request_timeout_ms=POSITIVE,
        max_concurrent_requests_per_instance=POSITIVE,
        max_queue_wait_ms=COUNT,
    ),
    liveness_probe=PROBE,
    readiness_probe=PROBE,
)

# "Azure Container Apps ARM and YAML template specifications" (Microsoft.App)
CONTAINER_APP = fields(
    ("location", "properties"),
    location=TEXT,
    properties=fields(
        ("managedEnvironmentId", "configuration", "template"),
        managedEnvironmentId=PATH,
        configuration=fields(
            activeRevisionsMode={"enum": ["Single", "Multiple"]},
            ingress=fields(
                ("external", "targetPort"),
                external={"type": "boolean"},
                targetPort=PORT,
                transport={"enum": ["auto", "http", "http2", "tcp"]},
                allowInsecure={"type": "boolean"},
            ),
            secrets=listed(fields(("name", "value"), name=TEXT, value=TEXT)),
        ),
        template=fields(
            ("containers",),
            terminationGracePeriodSeconds={**COUNT, "maximum": 600},
            containers=listed(
                fields(
                    ("name", "image"),
                    name=TEXT,
                    image=TEXT,
                    env=ENV,
                    resources=fields(cpu={"type": "number"}, memory=TEXT),
                    probes=listed(
                        fields(
                            ("type", "httpGet"),
                            type={"enum": ["Liveness", "Readiness", "Startup"]},
                            httpGet=ROUTE,
                            periodSeconds=POSITIVE,
                            failureThreshold={**POSITIVE, "maximum": 30},
                        )
                    ),
                    volumeMounts=listed(
                        fields(
                            ("volumeName", "mountPath"), volumeName=TEXT, mountPath=PATH
                        )
                    ),
                )
            ),
            scale=fields(
                minReplicas=COUNT,
                maxReplicas=POSITIVE,
                rules=listed(
                    fields(
                        ("name", "http"),
                        name=TEXT,
                        http=fields(metadata=fields(concurrentRequests=TEXT)),
                    )
                ),
            ),
            volumes=listed(
                fields(
                    ("name", "storageType"),
                    name=TEXT,
                    storageType={"enum": ["AzureFile", "EmptyDir", "Secret"]},
                    secrets=listed(fields(("secretRef",), secretRef=TEXT, path=TEXT)),
                )
            ),
        ),
    ),
)

# google.cloud.aiplatform.v1.UploadModelRequest and ModelContainerSpec, as JSON
VERTEX_MODEL = fields(
    ("model",),
    model=fields(
        ("displayName", "containerSpec"),
        displayName={**TEXT, "maxLength": 128},
        containerSpec=fields(
            ("imageUri",),
            imageUri=TEXT,
            ports=listed(fields(("containerPort",), containerPort=PORT)),
            healthRoute=PATH,
            predictRoute=PATH,
            env=ENV,
        ),
    ),
)

# the files of `deployment/` that these describe
FILES = {
    "azure/ml-endpoint.yaml": ML_ENDPOINT,
    "azure/ml-deployment.yaml": ML_DEPLOYMENT,
    "azure/container-app.yaml": CONTAINER_APP,
    "gcp/vertex-model.json": VERTEX_MODEL,
}
