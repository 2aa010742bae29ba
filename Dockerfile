# The application as an image; the database is outside. One image plays every role: DeviceConsole__Roles=web,gateway,worker,scheduler chooses.
# REGISTRY is where the .NET images come from: Microsoft's own container registry, or a mirror of it.
#   deploy/image.sh 1.4.0                        builds, labels and pushes it
#   docker run --read-only --tmpfs /tmp --env-file production.env -p 5080:5080 -p 5081:5081 deviceconsole     docs/DOCKER.md
#   docker run --env-file migrator.env deviceconsole migrate up
ARG REGISTRY
FROM ${REGISTRY}/dotnet/sdk:10.0 AS build
ARG VERSION=0.0.0
WORKDIR /source
COPY . .
# The step that a person and ./test run too.
RUN deploy/publish.sh /app "$VERSION"

FROM ${REGISTRY}/dotnet/aspnet:10.0
ARG VERSION=0.0.0
LABEL org.opencontainers.image.title="DeviceConsole" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY --from=build /app .
# Nothing is written beside /tmp: the root file system may be read-only. DOTNET_EnableDiagnostics would write a socket there.
ENV ASPNETCORE_ENVIRONMENT=Production \
    DOTNET_EnableDiagnostics=0 \
    DEVICECONSOLE_UI_URL=http://0.0.0.0:5080 \
    DEVICECONSOLE_DEVICE_URL=http://0.0.0.0:5081 \
    DEVICECONSOLE_OPS_URL=http://0.0.0.0:5082
EXPOSE 5080 5081 5082
# The .NET images carry this unprivileged user, 1654.
USER 1654:1654
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 CMD ["dotnet", "DeviceConsole.Web.dll", "health"]
ENTRYPOINT ["dotnet", "DeviceConsole.Web.dll"]
