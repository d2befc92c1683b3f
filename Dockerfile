FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Restore alone first: this layer is rebuilt only when a package changes.
COPY global.json Directory.Build.props Directory.Packages.props BannedSymbols.txt .editorconfig ./
COPY src/BannedSymbols.txt src/
COPY src/TaskRouter.Engine/TaskRouter.Engine.csproj src/TaskRouter.Engine/packages.lock.json src/TaskRouter.Engine/
COPY src/TaskRouter.Server/TaskRouter.Server.csproj src/TaskRouter.Server/packages.lock.json src/TaskRouter.Server/
RUN dotnet restore src/TaskRouter.Server --locked-mode

COPY src src
# Compiled ahead of time, for the platform that builds: it starts in about half the time.
RUN dotnet publish src/TaskRouter.Server --configuration Release --use-current-runtime --no-self-contained \
        -p:PublishReadyToRun=true --output /app \
    && mkdir /data

# No shell, no package tools; runs as the image's own user without privileges.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
COPY --from=build /app /app
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
USER $APP_UID
WORKDIR /data
ENV TASKROUTER_DATA_DIR=/data \
    ASPNETCORE_HTTP_PORTS= \
    ASPNETCORE_URLS=http://+:8080
EXPOSE 8080
VOLUME /data
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/app/TaskRouter.Server", "--healthcheck"]
ENTRYPOINT ["/app/TaskRouter.Server"]
