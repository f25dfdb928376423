"""The host's addresses. Those of blocks have the platform's shape."""

from django.contrib import admin
from django.urls import path, re_path
from django.views.i18n import set_language

from westmec_xblocks.preview.views import assets, blocks, editing, home, learn, studio

handler403 = "westmec_xblocks.preview.views.errors.forbidden"
handler404 = "westmec_xblocks.preview.views.errors.not_found"
handler500 = "westmec_xblocks.preview.views.errors.failed"

HANDLER = r"xblock/(?P<usage>[^/]+)/handler/(?P<handler>[^/]+)(?:/(?P<suffix>.*))?$"

urlpatterns = [
    path("", home.index),
    path("sign-in/", home.sign_in),
    path("sign-out/", home.sign_out),
    path("view-as/", home.view_as),
    path("language/", set_language),
    path("admin/", admin.site.urls),
    re_path(r"^host-static/(?P<path>.*)$", assets.host_static),
    re_path(r"^host-files/(?P<path>.+)$", assets.block_file),
    re_path(r"^(?P<key>asset-v1:[^/]+)$", assets.asset_by_key),
    re_path(r"^xblock/resource/(?P<block_type>[\w-]+)/(?P<uri>.+)$", assets.block_resource),
    path("courses/yt_video_metadata/", assets.video_metadata),
    path("courses/<course_key>/", learn.outline),
    path("courses/<course_key>/about/", learn.about),
    path("courses/<course_key>/progress/", learn.progress),
    path("courses/<course_key>/unit/<name>/", learn.unit),
    path("courses/<course_key>/jump_to_id/<name>", learn.jump),
    re_path(r"^courses/(?P<course_key>[^/]+)/asset/(?P<path>.+)$", assets.course_asset),
    re_path(r"^courses/(?P<course_key>[^/]+)/frame/(?P<usage>[^/]+)$", blocks.frame),
    re_path(r"^courses/(?P<course_key>[^/]+)/xblock/(?P<usage>[^/]+)/viewed$", blocks.viewed),
    re_path(r"^courses/(?P<course_key>[^/]+)/" + HANDLER, blocks.handle),
    path("studio/<course_key>/", studio.course),
    re_path(r"^studio/(?P<course_key>[^/]+)/unit/(?P<usage>[^/]+)/$", studio.unit),
    re_path(r"^studio/(?P<course_key>[^/]+)/edit/(?P<usage>[^/]+)/$", editing.edit),
    re_path(r"^studio/(?P<course_key>[^/]+)/draft/(?P<usage>[^/]+)/$", editing.draft),
    re_path(r"^studio/(?P<course_key>[^/]+)/frame/(?P<usage>[^/]+)$", studio.frame),
    re_path(
        r"^studio/(?P<course_key>[^/]+)/(?:seen/(?P<seen>\w+)/|draft/(?P<draft>[\w-]+)/)?" + HANDLER, studio.handle
    ),
]
