"""The look of papers in the administrator's page: edited beside its picture, saved, refused."""

from __future__ import annotations

import re

import httpx2
from playwright.async_api import expect

from tests.browser.conftest import PASSWORD, Visit


async def test_the_look_of_tickets_is_edited_beside_its_picture(
    visit: Visit, api: httpx2.AsyncClient
) -> None:
    page = await visit("/admin")
    await page.get_by_label("账号").fill("boss")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.keyboard.press("Enter")
    picture = page.get_by_role("img", name="打印效果")
    await expect(picture).to_have_attribute("src", re.compile("^data:image/png"))
    before = await picture.get_attribute("src")
    assert before is not None

    editor = page.get_by_label("样式（TOML）")
    await editor.fill("[sizes]\nnumber = 300")
    await expect(page.get_by_role("alert")).to_contain_text("number")
    await editor.fill("[sizes]\nnumber = 10")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(picture).not_to_have_attribute("src", before)

    await page.get_by_label("种类").select_option(label="一次性告知单")
    await page.get_by_label("纸宽").select_option("58")
    await page.get_by_role("button", name="保存样式").click()
    await expect(page.get_by_text("已保存")).to_be_visible()
    taken = (await api.get("/halls/main/paper")).json()
    assert taken["template"] == "[sizes]\nnumber = 10"
