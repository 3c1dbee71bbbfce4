# The service with QEMU. Build: docker build -t controlplane .   Run: docker compose up (docker-compose.yml).
# The base is a distribution that packages the .NET 10 SDK and QEMU itself.
ARG BASE_IMAGE=ubuntu:24.04

FROM ${BASE_IMAGE} AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends dotnet-sdk-10.0 ca-certificates
WORKDIR /source
COPY . .
RUN dotnet publish src/ControlPlane.Api --configuration Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true --output /service

FROM ${BASE_IMAGE}
RUN apt-get update \
 && apt-get install --yes --no-install-recommends aspnetcore-runtime-10.0 qemu-system-x86 qemu-utils xorriso curl \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /service /opt/controlplane

# The data belong to the service's own user before the volume is made, so that the volume does too.
ARG APP_UID=1654
RUN mkdir -p /var/lib/controlplane && chown ${APP_UID}:${APP_UID} /var/lib/controlplane && chmod 0700 /var/lib/controlplane
USER ${APP_UID}:${APP_UID}

# The last for the reason that deploy/systemd/controlplane.service gives.
ENV ASPNETCORE_URLS=http://0.0.0.0:5080 \
    ControlPlane__DataDirectory=/var/lib/controlplane \
    HOME=/var/lib/controlplane \
    DOTNET_GCgen0MaxBudget=600000
VOLUME /var/lib/controlplane
EXPOSE 5080
WORKDIR /opt/controlplane
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:5080/healthz"]
ENTRYPOINT ["dotnet", "ControlPlane.Api.dll"]
