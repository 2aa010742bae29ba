# The application as an image; the database is outside. REGISTRY is where the .NET images come from: Microsoft's own
# container registry, or a mirror of it.
#   docker build --build-arg REGISTRY=… -t deviceconsole .
#   docker run --env-file production.env -p 5080:5080 -p 5081:5081 deviceconsole            # docs/OPERATIONS.md: environment
#   docker run --env-file migrator.env deviceconsole migrate up
ARG REGISTRY
FROM ${REGISTRY}/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish DeviceConsole.Web -c Release -o /app --nologo

FROM ${REGISTRY}/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
ENV ASPNETCORE_ENVIRONMENT=Production \
    DEVICECONSOLE_UI_URL=http://0.0.0.0:5080 \
    DEVICECONSOLE_DEVICE_URL=http://0.0.0.0:5081
EXPOSE 5080 5081
# The .NET images carry this unprivileged user.
USER app
ENTRYPOINT ["dotnet", "DeviceConsole.Web.dll"]
